import { der } from '../../src/protocol/asn1/index.ts'
import { sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import {
  listFixtures,
  readArchive,
  readDer,
  readFixture,
  skipWithoutShared,
} from '../codec/fixture.ts'
import type { Holder } from '../codec/holder.ts'
import {
  chunked,
  keyIdentifierOf,
  type SignerInfoOptions,
  signedAttributes,
  signedData,
  signedDataIndefinite,
  signerInfo,
} from '../codec/message.ts'
import { ec, responder, rsa } from './holders.ts'

export const CONTENT: Uint8Array = Buffer.from('<plist version="1.0"><dict/></plist>')
const attributes = signedAttributes(CONTENT, 'sha256')

/** The content signed with what `options` say otherwise; `certificate` where another one is to be sent. */
export const signContent = (
  holder: Holder,
  options: SignerInfoOptions & { readonly certificate?: Uint8Array } = {},
): Uint8Array =>
  signedData({
    signerInfos: [signerInfo(holder, CONTENT, { attributes, ...options })],
    certificates: [options.certificate ?? holder.certificate.bytes],
    content: der.octetString(CONTENT),
  })

/** Without signed attributes and in chunks, as Apple's devices write. */
const bare = (holder: Holder): Uint8Array =>
  signedDataIndefinite({
    signerInfos: [signerInfo(holder, CONTENT)],
    certificates: [holder.certificate.bytes],
    content: chunked(CONTENT, 7),
  })

/** Messages of our own whose signature is good. */
export const OWN_SIGNED: readonly Uint8Array[] = [
  ...[rsa, ec].flatMap((holder) => [
    signContent(holder),
    signContent(holder, { sid: keyIdentifierOf(holder) }),
    bare(holder),
  ]),
  signContent(rsa, { hash: 'sha1', attributes: signedAttributes(CONTENT, 'sha1') }),
]

export const SIGNED: readonly Uint8Array[] = [
  ...OWN_SIGNED,
  readFixture('ota/phase2-zentral.p7m'),
  readFixture('pyca/pkcs7/amazon-roots.p7b'),
  ...listFixtures('scep')
    .filter((file) => /\.der$/.test(file) && !file.includes('csr'))
    .map((file) => readFixture(`scep/${file}`)),
]

const CIPHERS = ['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc', 'des-cbc'] as const

export const ENVELOPED: readonly Uint8Array[] = [
  ...CIPHERS.map((cipher) =>
    sealEnvelopedData(CONTENT, { recipient: responder.certificate, cipher }),
  ),
  ...listFixtures('pyca/pkcs7')
    .filter((file) => file.startsWith('enveloped'))
    .map((file) => readDer(`pyca/pkcs7/${file}`)),
]

/** What fuzzers of OpenSSL found worth keeping; without them our own. */
export const CMS_CORPORA: readonly Uint8Array[] = skipWithoutShared
  ? [...SIGNED, ...ENVELOPED]
  : [...readArchive('vectors/openssl-fuzz-corpora/cms.tar.gz').values()]
