import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attribute } from '../../../test/codec/message.ts'
import {
  MESSAGE_TYPE,
  messageTypeAttribute,
  pkiMessage,
  SENDER_NONCE,
  senderNonceAttribute,
  TRANSACTION_ID,
  transactionIdAttribute,
} from '../../../test/codec/pki-message.ts'
import { device, envelope, open, outcomeOf } from '../../../test/codec/scep-request.ts'
import { decode, der, Tag } from '../asn1/index.ts'

const typed = (...types: readonly Uint8Array[]): string =>
  outcomeOf(
    pkiMessage(envelope, device, {
      attributes: [...types, transactionIdAttribute(), senderNonceAttribute()],
    }),
  )

test('opens messageType 19 and no other number from 0 to 255 [security S2]', () => {
  for (let type = 0; type <= 255; type++) {
    const outcome = typed(messageTypeAttribute(String(type)))
    const isKnown = [17, 20, 21, 22].includes(type)
    assert.equal(
      outcome,
      type === 19 ? 'request' : `badRequest ${isKnown ? 'scep_not_offered' : 'scep_message_type'}`,
      `messageType ${type}`,
    )
  }
})

const value = (encoded: Uint8Array): Uint8Array => attribute(MESSAGE_TYPE, encoded)
const PKCS_REQ = der.printableString('19')
const MESSAGE_TYPES: readonly (readonly [
  what: string,
  attributes: readonly Uint8Array[],
  outcome: string,
])[] = [
  ['absent', [], 'badRequest scep_message_type'],
  ['empty', [messageTypeAttribute('')], 'badRequest scep_message_type'],
  ['"019"', [messageTypeAttribute('019')], 'badRequest scep_message_type'],
  ['" 19"', [messageTypeAttribute(' 19')], 'badRequest scep_message_type'],
  ['"19 "', [messageTypeAttribute('19 ')], 'badRequest scep_message_type'],
  ['"19\\0"', [messageTypeAttribute('19\0')], 'badRequest scep_message_type'],
  ['"+19"', [messageTypeAttribute('+19')], 'badRequest scep_message_type'],
  ['"19.0"', [messageTypeAttribute('19.0')], 'badRequest scep_message_type'],
  ['"0x13"', [messageTypeAttribute('0x13')], 'badRequest scep_message_type'],
  ['"PKCSReq"', [messageTypeAttribute('PKCSReq')], 'badRequest scep_message_type'],
  ['"toString"', [messageTypeAttribute('toString')], 'badRequest scep_message_type'],
  ['of no value', [attribute(MESSAGE_TYPE)], 'badRequest scep_attribute'],
  [
    'of two values',
    [attribute(MESSAGE_TYPE, PKCS_REQ, der.printableString('18'))],
    'badRequest scep_attribute',
  ],
  [
    'of two equal values',
    [attribute(MESSAGE_TYPE, PKCS_REQ, PKCS_REQ)],
    'badRequest scep_attribute',
  ],
  ['in two attributes', [value(PKCS_REQ), value(PKCS_REQ)], 'cms_attributes'],
  ['an INTEGER', [value(der.smallInteger(19))], 'badRequest scep_attribute'],
  ['a UTF8String', [value(der.utf8String('19'))], 'badRequest scep_attribute'],
  ['an IA5String', [value(der.ia5String('19'))], 'badRequest scep_attribute'],
  ['an OCTET STRING', [value(der.octetString(Buffer.from('19')))], 'badRequest scep_attribute'],
  [
    'a BMPString',
    [value(der.tlv(Tag.bmpString, Buffer.from('\u00001\u00009', 'latin1')))],
    'badRequest scep_attribute',
  ],
  ['inside a SEQUENCE', [value(der.sequence(PKCS_REQ))], 'badRequest scep_attribute'],
]

for (const [what, attributes, outcome] of MESSAGE_TYPES) {
  test(`does not open a request whose messageType is ${what}: ${outcome} [security S2]`, () => {
    assert.equal(typed(...attributes), outcome)
  })
}

const identified = (...ids: readonly Uint8Array[]): Uint8Array =>
  pkiMessage(envelope, device, {
    attributes: [...ids, messageTypeAttribute(), senderNonceAttribute()],
  })

const INERT_IDS: Readonly<Record<string, Uint8Array>> = {
  'the number 1': der.printableString('1'),
  base64: der.printableString('qZ5+/w3v0Wk='),
  '77 digits': der.printableString('9'.repeat(77)),
  '255 characters': der.printableString('x'.repeat(255)),
  'a path': der.printableString('../../etc/passwd'),
  SQL: der.printableString("'); drop table certificate; --"),
  HTML: der.utf8String('<img src=x onerror=alert(1)>'),
  'a UTF8String': der.utf8String('número 1'),
  spaces: der.printableString('   '),
}

for (const [what, encoded] of Object.entries(INERT_IDS)) {
  test(`takes ${what} as transactionID and returns it as sent`, () => {
    const opened = open(identified(attribute(TRANSACTION_ID, encoded)))

    assert.equal(opened.kind, 'request')
    assert.deepEqual(Buffer.from(opened.transaction.encodedId), Buffer.from(encoded))
    assert.equal(opened.transaction.id, decode(encoded, 'der').text())
  })
}

const UNUSABLE_IDS: readonly (readonly [
  what: string,
  attributes: readonly Uint8Array[],
  code: string,
])[] = [
  ['absent', [], 'scep_transaction_id'],
  ['empty', [transactionIdAttribute('')], 'scep_transaction_id'],
  ['256 characters long', [transactionIdAttribute('x'.repeat(256))], 'scep_transaction_id'],
  ['100,000 characters long', [transactionIdAttribute('x'.repeat(100_000))], 'scep_transaction_id'],
  ['1 MiB long', [transactionIdAttribute('x'.repeat(2 ** 20))], 'asn1_too_large'],
  ['a line of its own', [transactionIdAttribute('1\r\nSet-Cookie: a=b')], 'scep_transaction_id'],
  ['a NUL', [transactionIdAttribute('1\0')], 'scep_transaction_id'],
  [
    'a C1 control character',
    [attribute(TRANSACTION_ID, der.utf8String('1\u0085'))],
    'scep_transaction_id',
  ],
  ['an INTEGER', [attribute(TRANSACTION_ID, der.smallInteger(1))], 'asn1_unexpected'],
  [
    'an OCTET STRING',
    [attribute(TRANSACTION_ID, der.octetString(Buffer.from('1')))],
    'asn1_unexpected',
  ],
  [
    'malformed UTF-8',
    [attribute(TRANSACTION_ID, der.tlv(Tag.utf8String, Uint8Array.of(0xc3)))],
    'asn1_value',
  ],
  ['of no value', [attribute(TRANSACTION_ID)], 'scep_attribute'],
  [
    'of two values',
    [attribute(TRANSACTION_ID, der.printableString('1'), der.printableString('2'))],
    'scep_attribute',
  ],
  [
    'in two attributes',
    [transactionIdAttribute('1'), transactionIdAttribute('2')],
    'cms_attributes',
  ],
]

for (const [what, attributes, code] of UNUSABLE_IDS) {
  test(`has no answer for a transactionID that is ${what}: ${code}`, () => {
    assert.equal(outcomeOf(identified(...attributes)), code)
  })
}

const withNonce = (...attributes: readonly Uint8Array[]): Uint8Array =>
  pkiMessage(envelope, device, {
    attributes: [messageTypeAttribute(), transactionIdAttribute(), ...attributes],
  })

test('takes a senderNonce of any length up to 255, and none', () => {
  for (const length of [0, 8, 16, 255]) {
    const opened = open(withNonce(senderNonceAttribute(Buffer.alloc(length, 7))))
    assert.equal(opened.kind, 'request')
    assert.deepEqual(Buffer.from(opened.transaction.senderNonce ?? []), Buffer.alloc(length, 7))
  }
  assert.equal(open(withNonce()).transaction.senderNonce, undefined)
  assert.equal(outcomeOf(withNonce(senderNonceAttribute(Buffer.alloc(256)))), 'scep_nonce')
  assert.equal(
    outcomeOf(withNonce(attribute(SENDER_NONCE, der.printableString('1')))),
    'asn1_unexpected',
  )
})

test('passes over attributes it does not know, a challenge password in the clear among them', () => {
  const stray = attribute('1.2.840.113549.1.9.7', der.printableString('other'))
  const opened = open(withNonce(stray, attribute('1.2.3', der.nothing)))

  assert.ok(opened.kind === 'request')
  assert.equal(opened.certificateRequest.challengePassword, 'secret')
})
