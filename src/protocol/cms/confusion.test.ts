import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { type Holder, makeHolder, makeKey } from '../../../test/codec/holder.ts'
import {
  keyIdentifierOf,
  type SignerInfoOptions,
  signedAttributes,
  signedData,
  signerInfo,
} from '../../../test/codec/message.ts'
import { der } from '../asn1/index.ts'
import { encodeIssuerAndSerialNumber, keyUsage } from '../x509/index.ts'
import { verifySignedData } from './index.ts'

const content = Buffer.from('content')
const attributes = signedAttributes(content, 'sha256')
const [aliceKey, malloryKey] = [makeKey('p-256'), makeKey('p-256')]
const name = [[['CN', 'Alice']]] as const
const alice = makeHolder({ key: aliceKey, subject: name })
const mallory = makeHolder({ key: malloryKey, subject: [[['CN', 'Mallory']]] })
/** Mallory's key under Alice's name and serial number. */
const twin = makeHolder({ key: malloryKey, subject: name })
/** Mallory's key under Alice's key identifier. */
const shadow = makeHolder({
  key: malloryKey,
  subject: [[['CN', 'Shadow']]],
  keyIdentifier: alice.certificate.publicKey.identifier,
})
const renewed = makeHolder({ key: aliceKey, subject: name, serialNumber: Uint8Array.of(2) })
const encipherer = makeHolder({
  key: aliceKey,
  subject: name,
  serialNumber: Uint8Array.of(3),
  extensions: [keyUsage('keyEncipherment')],
})

const signs = (holder: Holder, options: SignerInfoOptions = {}): Uint8Array =>
  signerInfo(holder, content, { attributes, ...options })
const named = (
  issuer: Uint8Array,
  serialNumber: Uint8Array = alice.certificate.serialNumber,
): Uint8Array => encodeIssuerAndSerialNumber({ issuer, serialNumber })
const printableName = der.sequence(
  der.setOf([der.sequence(der.oid('2.5.4.3'), der.printableString('Alice'))]),
)
const upperCaseName = der.sequence(
  der.setOf([der.sequence(der.oid('2.5.4.3'), der.utf8String('ALICE'))]),
)

interface Row {
  readonly what: string
  readonly signers: readonly Uint8Array[]
  readonly bag: readonly (Holder | Uint8Array)[]
  /** Who is found to have signed, or the code of the refusal. */
  readonly outcome: Holder | string
}

const ONE_BY_ALICE = [signs(alice)]
const otherCertificate = der.tlv(0xa3, der.oid('1.2.3'), der.nothing)
const attributeCertificate = der.tlv(0xa2, der.sequence(der.smallInteger(1)))

const ROWS: readonly Row[] = [
  { what: 'one signer and its certificate', signers: ONE_BY_ALICE, bag: [alice], outcome: alice },
  { what: 'no signer', signers: [], bag: [alice], outcome: 'cms_signer_count' },
  {
    what: 'one signer twice',
    signers: [signs(alice), signs(alice)],
    bag: [alice],
    outcome: 'cms_signer_count',
  },
  {
    what: 'two signers',
    signers: [signs(alice), signs(mallory)],
    bag: [alice, mallory],
    outcome: 'cms_signer_count',
  },
  {
    what: 'a second signer with a broken signature',
    signers: [signs(alice), signs(alice, { key: malloryKey })],
    bag: [alice],
    outcome: 'cms_signer_count',
  },
  { what: 'no certificate', signers: ONE_BY_ALICE, bag: [], outcome: 'cms_signer_certificate' },
  {
    what: "only another's certificate",
    signers: ONE_BY_ALICE,
    bag: [mallory],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'another serial number in the name of the signer',
    signers: [signs(alice, { sid: named(alice.certificate.issuer, Uint8Array.of(9)) })],
    bag: [alice],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'another issuer in the name of the signer',
    signers: [signs(alice, { sid: named(mallory.certificate.issuer) })],
    bag: [alice],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'the issuer in capitals',
    signers: [signs(alice, { sid: named(upperCaseName) })],
    bag: [alice],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'the issuer written with another string type',
    signers: [signs(alice, { sid: named(printableName) })],
    bag: [alice],
    outcome: alice,
  },
  {
    what: 'a twin of another key before it',
    signers: ONE_BY_ALICE,
    bag: [twin, alice],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'a twin of another key after it',
    signers: ONE_BY_ALICE,
    bag: [alice, twin],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'a twin of another key in its place',
    signers: ONE_BY_ALICE,
    bag: [twin],
    outcome: 'cms_signature',
  },
  {
    what: 'the twin as signer of its own, the certificate in the bag too',
    signers: [signs(twin)],
    bag: [alice, twin],
    outcome: 'cms_signer_certificate',
  },
  { what: 'the certificate twice', signers: ONE_BY_ALICE, bag: [alice, alice], outcome: alice },
  {
    what: 'strangers around it',
    signers: ONE_BY_ALICE,
    bag: [mallory, shadow, alice, renewed],
    outcome: alice,
  },
  {
    what: "a signature by another key under the signer's name",
    signers: [signs(alice, { key: malloryKey })],
    bag: [alice, mallory],
    outcome: 'cms_signature',
  },
  {
    what: "the signer's signature under another's name",
    signers: [signs(mallory, { key: aliceKey })],
    bag: [alice, mallory],
    outcome: 'cms_signature',
  },
  {
    what: 'the signer named by key identifier',
    signers: [signs(alice, { sid: keyIdentifierOf(alice) })],
    bag: [mallory, alice],
    outcome: alice,
  },
  {
    what: 'a key identifier of nobody',
    signers: [signs(alice, { sid: der.taggedPrimitive(0, Buffer.alloc(20)) })],
    bag: [alice, mallory],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'an empty key identifier',
    signers: [signs(alice, { sid: der.taggedPrimitive(0, Buffer.alloc(0)) })],
    bag: [alice],
    outcome: 'cms_signer_certificate',
  },
  {
    what: "another's key identifier",
    signers: [signs(alice, { sid: keyIdentifierOf(mallory) })],
    bag: [alice, mallory],
    outcome: 'cms_signature',
  },
  {
    what: 'a certificate that claims the key identifier as well',
    signers: [signs(alice, { sid: keyIdentifierOf(alice) })],
    bag: [alice, shadow],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'two certificates of one key, named by key identifier',
    signers: [signs(alice, { sid: keyIdentifierOf(alice) })],
    bag: [alice, renewed],
    outcome: 'cms_signer_certificate',
  },
  {
    what: 'certificates of other kinds beside it',
    signers: ONE_BY_ALICE,
    bag: [attributeCertificate, alice, otherCertificate],
    outcome: alice,
  },
  {
    what: 'a certificate that is not for signatures',
    signers: [signs(encipherer)],
    bag: [encipherer],
    outcome: 'cms_key_usage',
  },
]

for (const { what, signers, bag, outcome } of ROWS) {
  test(`a message with ${what}: ${typeof outcome === 'string' ? outcome : 'taken'} [security C6]`, () => {
    const bytes = signedData({
      signerInfos: signers,
      certificates: bag.map((entry) => ('certificate' in entry ? entry.certificate.bytes : entry)),
      content: der.octetString(content),
    })
    let signer: Uint8Array | undefined
    const code = refusal(() => {
      signer = verifySignedData(bytes, { signedAttributes: 'optional', hashes: ['sha256'] }).signer
        .bytes
    })
    if (typeof outcome === 'string') assert.equal(code, outcome)
    else assert.deepEqual(signer, outcome.certificate.bytes)
  })
}
