import { decode, type Element } from '../../src/protocol/asn1/index.ts'
import {
  allowsKeyUsage,
  decodeCertificate,
  decodeCertificateRequest,
  decodeName,
  findKeyFault,
  findPathFault,
  findSubjectKeyIdentifier,
  formatName,
  isCa,
  isSameName,
  LEGACY_KEY_POLICY,
  parseCertificates,
  verifyCertificateRequest,
} from '../../src/protocol/x509/index.ts'
import {
  decodePem,
  listFixtures,
  readArchive,
  readDer,
  readFixture,
  skipWithoutShared,
} from '../codec/fixture.ts'
import { certificateRequest } from '../codec/pki-message.ts'
import { mutateBytes, pick, type Random } from '../mutate.ts'
import { mutateBer } from './ber-mutation.ts'
import { ec, rsa } from './holders.ts'
import { attempt, codecTarget, type Target, type Verdict } from './target.ts'

const CERTIFICATES: readonly Uint8Array[] = [
  rsa.certificate.bytes,
  ec.certificate.bytes,
  ...['certs', 'pyca/custom'].flatMap((folder) =>
    listFixtures(folder).map((file) => readDer(`${folder}/${file}`)),
  ),
]

const REQUESTS: readonly Uint8Array[] = [
  certificateRequest(rsa),
  certificateRequest(ec),
  readFixture('scep/micromdm-PKCSReq.inner.csr.der'),
  ...listFixtures('pyca/requests').map((file) => readDer(`pyca/requests/${file}`)),
]

const FILES: readonly Uint8Array[] = listFixtures('pyca/custom')
  .map((file) => readFixture(`pyca/custom/${file}`))
  .filter((file) => decodePem(file).length > 0)

const OWN = [...CERTIFICATES, ...REQUESTS]

// What fuzzers of OpenSSL found worth keeping; without them the shape has our own seeds.
const CORPORA: readonly Uint8Array[] = skipWithoutShared
  ? OWN
  : ['asn1', 'crl', 'decoder', 'x509'].flatMap((name) => [
      ...readArchive(`vectors/openssl-fuzz-corpora/${name}.tar.gz`).values(),
    ])

const READS: readonly ((element: Element) => unknown)[] = [
  (element) => element.integer(),
  (element) => element.smallInteger(),
  (element) => element.boolean(),
  (element) => element.oid(),
  (element) => element.octets(element.tag),
  (element) => element.bits(),
  (element) => element.namedBits(),
  (element) => element.time(),
  (element) => element.text(),
]
/** Whoever reads a message stops at the first refusal; a refusal for each of 20,000 elements costs seconds. */
const MAX_VISITED = 16

/** Reads the first elements, the outermost first, in every way there is. */
const visit = (root: Element): void => {
  const found = [root]
  for (let at = 0; at < Math.min(found.length, MAX_VISITED); at++) {
    const element = found[at]
    if (element === undefined) return
    for (const read of READS) attempt(() => read(element))
    attempt(() => {
      for (const child of element.children) found.push(child)
    })
  }
}

const deliverElement = (input: Uint8Array): Verdict => {
  for (const rules of ['ber', 'der'] as const) attempt(() => visit(decode(input, rules)))
  return attempt(() => decode(input, 'ber'))
}

const deliverCertificate = (input: Uint8Array): Verdict =>
  attempt(() => {
    const certificate = decodeCertificate(input)
    const { extensions, issuer, subject, publicKey } = certificate
    attempt(() => allowsKeyUsage(extensions, 'digitalSignature'))
    attempt(() => findSubjectKeyIdentifier(extensions))
    attempt(() => isCa(certificate))
    attempt(() => formatName(decodeName(subject)))
    attempt(() => isSameName(issuer, subject))
    attempt(() => publicKey.identifier)
    attempt(() => findKeyFault(publicKey.parts, LEGACY_KEY_POLICY))
    const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const
    attempt(() => findPathFault(certificate, certificate, { at: 0, hashes }))
    return publicKey.key
  })

const deliverRequest = (input: Uint8Array): Verdict =>
  attempt(() => {
    const request = decodeCertificateRequest(input)
    attempt(() => findKeyFault(request.publicKey.parts, LEGACY_KEY_POLICY))
    attempt(() => decodeName(request.subject))
    return verifyCertificateRequest(request)
  })

const deliverFile = (input: Uint8Array): Verdict => attempt(() => parseCertificates(input))

const of =
  (seeds: readonly Uint8Array[], donors: readonly Uint8Array[] = OWN) =>
  (random: Random): Uint8Array =>
    mutateBer(pick(seeds, random), random, donors)

/** Elements, certificates, certificate requests and certificate files. */
export const openDerTarget = (): Target =>
  codecTarget([
    { name: 'element', weight: 2, generate: of(OWN), deliver: deliverElement },
    { name: 'certificate', weight: 6, generate: of(CERTIFICATES), deliver: deliverCertificate },
    { name: 'request', weight: 6, generate: of(REQUESTS), deliver: deliverRequest },
    {
      name: 'file',
      weight: 1,
      generate: (random) => mutateBytes(pick(FILES, random), random, FILES),
      deliver: deliverFile,
    },
    {
      name: 'corpora',
      weight: 3,
      generate: of(CORPORA, CORPORA),
      deliver: (input) => {
        deliverElement(input)
        deliverRequest(input)
        return deliverCertificate(input)
      },
    },
  ])
