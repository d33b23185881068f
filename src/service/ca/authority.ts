import { createDecrypter, createSigner, type KeyType, makeKeyPair } from '../../keys/index.ts'
import type { KeyPairId } from '../../model/index.ts'
import type { Identity, Recipient } from '../../protocol/cms/index.ts'
import {
  allowsKeyUsage,
  basicConstraints,
  type Certificate,
  type DistinguishedName,
  type Extension,
  encodeName,
  keyUsage,
  PublicKey,
  subjectKeyIdentifier,
} from '../../protocol/x509/index.ts'
import { findHeldKey, type HeldKey, holdKey } from './held-key.ts'
import { BACKDATE, DAY, ensureKey, type KeyOptions, signCertificate } from './own-key.ts'

const YEAR_DAYS = 365

/** The keys of the server and what each is for. Only these sign. */
export interface Authority {
  readonly root: Certificate
  /** Signs device certificates. */
  readonly issuing: Identity & { readonly id: KeyPairId }
  /** Opens SCEP envelopes and signs the answers: the RA, or the issuing CA itself where there is none. */
  readonly responder: Identity & Recipient
  /** What GetCACert answers: the responder first, then up to the root. */
  readonly announced: readonly Certificate[]
  readonly profileSigner: Identity
}

export interface AuthoritySettings {
  readonly organization: string
  readonly keyType: KeyType
  /** Whether an RSA key of its own opens SCEP messages. Without it the issuing key must be RSA. */
  readonly ra: boolean
  readonly signerKeyType: KeyType
}

export interface AuthorityOptions extends KeyOptions {
  readonly settings: AuthoritySettings
}

/** Loads the keys of the server; makes those that are absent, end soon, or no longer fit the settings. */
export const openAuthority = async (options: AuthorityOptions): Promise<Authority> => {
  const { settings } = options
  const name = (cn: string): DistinguishedName => [[['O', settings.organization]], [['CN', cn]]]
  const root = await openRoot(options)
  const issuing = await ensureKey(options, {
    role: 'issuing',
    issuer: root,
    subject: name(`${settings.organization} Issuing CA`),
    keyType: settings.keyType,
    days: 10 * YEAR_DAYS,
    extensions: [basicConstraints({ ca: true, pathLength: 0 }), issuingKeyUsage(settings.ra)],
    fits: (certificate) =>
      allowsKeyUsage(certificate.extensions, 'keyEncipherment') !== settings.ra,
  })
  const profileSigner = await ensureKey(options, {
    role: 'profile-signer',
    issuer: root,
    subject: name(`${settings.organization} Profile Signer`),
    keyType: settings.signerKeyType,
    days: 3 * YEAR_DAYS,
    extensions: [basicConstraints({ ca: false }), keyUsage('digitalSignature')],
  })
  const issuingIdentity = identity(issuing, [])
  const responder = settings.ra ? await openRa(options, issuing) : issuing
  return {
    root: root.certificate,
    issuing: { ...issuingIdentity, id: issuing.id },
    responder: { ...identity(responder, []), decrypter: createDecrypter(responder.privateKey) },
    announced: settings.ra
      ? [responder.certificate, issuing.certificate, root.certificate]
      : [issuing.certificate],
    profileSigner: identity(profileSigner, [root.certificate]),
  }
}

const openRa = (options: AuthorityOptions, issuing: HeldKey): Promise<HeldKey> =>
  ensureKey(options, {
    role: 'ra',
    issuer: issuing,
    subject: [
      [['O', options.settings.organization]],
      [['CN', `${options.settings.organization} SCEP RA`]],
    ],
    // PKCS#1 v1.5 key transport: the one that every SCEP client knows.
    keyType: 'rsa-2048',
    days: 3 * YEAR_DAYS,
    extensions: [basicConstraints({ ca: false }), keyUsage('digitalSignature', 'keyEncipherment')],
  })

// Without an RA, clients encrypt to the CA: they look for these bits (RFC 8894 §2.1.2).
const issuingKeyUsage = (ra: boolean): Extension =>
  ra
    ? keyUsage('keyCertSign', 'cRLSign')
    : keyUsage('digitalSignature', 'keyEncipherment', 'keyCertSign', 'cRLSign')

const identity = (
  { certificate, privateKey }: HeldKey,
  chain: readonly Certificate[],
): Identity => ({ certificate, chain, signer: createSigner(privateKey) })

const openRoot = async (options: AuthorityOptions): Promise<HeldKey> => {
  const found = await findHeldKey(options, 'root')
  if (found !== undefined) return found
  const { clock, settings } = options
  const { privateKey, publicKey } = await makeKeyPair(settings.keyType)
  const now = clock.now()
  const subject = encodeName([
    [['O', settings.organization]],
    [['CN', `${settings.organization} Root CA`]],
  ])
  const key = new PublicKey(publicKey)
  const certificate = await signCertificate(createSigner(privateKey), {
    issuer: subject,
    subject,
    publicKey,
    notBefore: now - BACKDATE,
    notAfter: now + 20 * YEAR_DAYS * DAY,
    extensions: [
      basicConstraints({ ca: true, pathLength: 1 }),
      keyUsage('keyCertSign', 'cRLSign'),
      subjectKeyIdentifier(key.identifier),
    ],
  })
  return await holdKey(options, { role: 'root', certificate, privateKey, now }, undefined)
}
