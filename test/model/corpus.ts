import { createPublicKey, X509Certificate } from 'node:crypto'
import { ProtocolError } from '../../src/errors.ts'
import {
  decodeEnvelopedData,
  openEnvelopedData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import { decodeCertificates, openRequest } from '../../src/protocol/scep/index.ts'
import {
  decodeCertificate,
  decodeCertificateRequest,
  findKeyFault,
  findPathFault,
  LEGACY_KEY_POLICY,
  PublicKey,
  parseCertificates,
  verifyCertificateRequest,
} from '../../src/protocol/x509/index.ts'
import { decodePem, listFixtures, readArchive, readFixture } from '../codec/fixture.ts'
import { makeDecrypter, makeHolder, makeKey } from '../codec/holder.ts'
import { mutations } from '../mutate.ts'

const ARCHIVES = ['asn1', 'cms', 'crl', 'decoder', 'x509']
const FOLDERS = ['certs', 'ota', 'scep', 'pyca/custom', 'pyca/pkcs7', 'pyca/pkits', 'pyca/requests']
const DAMAGED = 2_000

export type CorpusName = 'fixtures' | 'shared'

/** The inputs of a corpus: what lies in the fixtures, whole and damaged; or the seeds of OpenSSL's fuzzers. */
export const readCorpus = (name: CorpusName): readonly Uint8Array[] => {
  if (name === 'shared') {
    return ARCHIVES.flatMap((archive) => [
      ...readArchive(`vectors/openssl-fuzz-corpora/${archive}.tar.gz`).values(),
    ])
  }
  const files = FOLDERS.flatMap((folder) =>
    listFixtures(folder)
      .filter((file) => file.includes('.'))
      .map((file) => readFixture(`${folder}/${file}`)),
  )
  const seeds = files.flatMap((file) => [file, ...decodePem(file)])
  return [...seeds, ...mutations(13, seeds, DAMAGED)]
}

const holder = makeHolder({ key: makeKey('rsa-2048') })
const decrypter = makeDecrypter(holder.key)
const recipient = { certificate: holder.certificate, decrypter }
const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const

/** Every way from foreign bytes into our decoders, and from there into Node's own code. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  certificate: (bytes) => {
    const certificate = decodeCertificate(bytes)
    useKey(certificate.publicKey)
    return findPathFault(certificate, certificate, { hashes })
  },
  'certificate file': (bytes) => parseCertificates(bytes),
  'certificate list': (bytes) => decodeCertificates(bytes),
  'certificate request': (bytes) => {
    const request = decodeCertificateRequest(bytes)
    useKey(request.publicKey)
    return verifyCertificateRequest(request)
  },
  'public key': (bytes) => useKey(new PublicKey(bytes)),
  SignedData: (bytes) => verifySignedData(bytes, { signedAttributes: 'optional', hashes }),
  EnvelopedData: (bytes) => openEnvelopedData(decodeEnvelopedData(bytes), recipient),
  'SCEP request': (bytes) =>
    openRequest(bytes, { recipient, keyPolicy: LEGACY_KEY_POLICY, allowSingleDes: true }),
}

const useKey = (publicKey: PublicKey): unknown => {
  findKeyFault(publicKey.parts, LEGACY_KEY_POLICY)
  return publicKey.key.export({ type: 'spki', format: 'der' })
}

/** What TLS and whoever embeds Node would do with the same bytes; it may refuse them with any error. */
const NATIVE: readonly ((bytes: Uint8Array) => unknown)[] = [
  (bytes) => {
    const certificate = new X509Certificate(bytes)
    return certificate.verify(certificate.publicKey)
  },
  (bytes) => createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' }),
  (bytes) => createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs1' }),
  (bytes) => createPublicKey(Buffer.from(bytes)),
]

/** How many readings there were, by the reader that took the bytes; `refused` for all others. */
export type Readings = Map<string, number>

/**
 * Gives every input to every reader.
 * @throws what a reader of ours throws that is no ProtocolError
 */
export const replay = (inputs: readonly Uint8Array[], readings: Readings): void => {
  const count = (what: string) => readings.set(what, (readings.get(what) ?? 0) + 1)
  for (const bytes of inputs) {
    for (const [name, read] of Object.entries(READERS)) {
      try {
        read(bytes)
        count(name)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        count('refused')
      }
    }
    for (const read of NATIVE) {
      try {
        read(bytes)
        count('Node')
      } catch {
        count('refused')
      }
    }
  }
}
