import type { Identity } from '../../protocol/cms/index.ts'
import { basicConstraints, encodeName, keyUsage } from '../../protocol/x509/index.ts'
import { issueCertificate, randomSerialNumber } from '../issue.ts'
import { phase2, phase3 } from './draft.ts'
import type { Fault } from './fault.ts'
import { type Damage, refused } from './refused.ts'

const REFUSAL = 'Answers 4xx without a profile; the enrollment stays open to an honest retry.'

/** Everything that the right certificate says, of another key and signed with that key. */
const signAsImpostor: Damage = async ({ content, sign, signer }, kit) => {
  const { key } = await kit.stranger()
  const { issuer, subject, serialNumber, notBefore, notAfter, extensions } = signer.certificate
  const certificate = await issueCertificate(
    {
      serialNumber,
      issuer,
      subject,
      notBefore,
      notAfter,
      publicKey: key.publicKey,
      extensions: [...extensions.values()],
    },
    key.signer,
  )
  const impostor = { signer: key.signer, certificate, chain: signer.chain }
  const beside = { ...impostor, chain: [signer.certificate, ...signer.chain] }
  return [await sign(content, impostor), await sign(content, beside)]
}

/** A leaf below the right certificate, as if that were a CA. */
const signBelow: Damage = async ({ content, sign, signer }, kit) => [
  await sign(content, await issueBelow(signer, (await kit.stranger()).identity)),
]

/** A leaf below a CA that the CA of the devices has certified: the way Apple's developers lead to Apple's root. */
const signAsDeveloper: Damage = async ({ content, sign, signer }, kit) => {
  const { certificate, key } = kit.deviceAuthority()
  const { identity: developer } = await kit.stranger()
  const { notBefore, notAfter } = signer.certificate
  const authority = await issueCertificate(
    {
      serialNumber: randomSerialNumber(),
      issuer: certificate.subject,
      subject: encodeName([[['CN', 'Simulated Developer CA']]]),
      notBefore,
      notAfter,
      publicKey: developer.signer.publicKey,
      extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
    },
    key.signer,
  )
  const issuer = { signer: developer.signer, certificate: authority, chain: [certificate] }
  return [await sign(content, await issueBelow(issuer, developer))]
}

const issueBelow = async (issuer: Identity, { signer }: Identity): Promise<Identity> => {
  const { subject, notBefore, notAfter } = issuer.certificate
  const certificate = await issueCertificate(
    {
      serialNumber: randomSerialNumber(),
      issuer: subject,
      subject: encodeName([[['CN', 'iPhone']]]),
      notBefore,
      notAfter,
      publicKey: signer.publicKey,
      extensions: [
        basicConstraints({ ca: false }),
        keyUsage('digitalSignature', 'keyEncipherment'),
      ],
    },
    issuer.signer,
  )
  return { signer, certificate, chain: [issuer.certificate, ...issuer.chain] }
}

const signAsStranger: Damage = async ({ content, sign }, kit) => [
  await sign(content, (await kit.stranger()).identity),
]

export const SIGNER_FAULTS: readonly Fault[] = [
  {
    name: 'impostor',
    title: "Another key signs, with a certificate of the right issuer's name and serial number",
    expects: REFUSAL,
    source: 'P3.1, C5, C6',
    play: refused([phase2, phase3], signAsImpostor),
  },
  {
    name: 'self-signed',
    title: 'A certificate signs that nobody has issued',
    expects: REFUSAL,
    source: 'P2.1, P3.1, O4',
    play: refused([phase2, phase3], signAsStranger),
  },
  {
    name: 'leaf-as-ca',
    title: 'A certificate signs that the right certificate, which is no CA, has issued',
    expects: REFUSAL,
    source: 'RFC 5280 §4.2.1.9, C10',
    play: refused([phase2, phase3], signBelow),
  },
  {
    name: 'developer-certificate',
    title: 'A certificate signs that leads to the CA of the devices by another CA below it',
    expects: REFUSAL,
    source: 'O4, C10',
    play: refused([phase2], signAsDeveloper),
  },
]
