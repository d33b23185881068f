import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refusal } from '../../../test/codec/damage.ts'
import { readFixture } from '../../../test/codec/fixture.ts'
import { decodeIdentifier, decodeMessage, formatCapabilities, parseScepQuery } from './index.ts'

const message = readFixture('scep/micromdm-PKCSReq.der')
const base64 = Buffer.from(message).toString('base64')

/** Lines of `columns` characters, as Cisco and sscep break them. */
const wrap = (text: string, columns: number, end: string): string =>
  text.replaceAll(new RegExp(`.{${columns}}`, 'g'), `$&${end}`)
const lowerEscapes = (text: string): string =>
  encodeURIComponent(text).replaceAll(/%../g, (hex) => hex.toLowerCase())

const FORMS: Readonly<Record<string, string>> = {
  'everything escaped': encodeURIComponent(base64),
  'escapes in lower case': lowerEscapes(base64),
  'only = escaped, + and / raw (iOS, macOS, jscep)': base64.replaceAll('=', '%3D'),
  'nothing escaped': base64,
  'lines of 64 ended by %0A (sscep)': wrap(base64, 64, '%0A').replaceAll('+', '%2B'),
  'lines of 76 ended by %0D%0A': wrap(base64, 76, '%0D%0A'),
  'lines of 64 ended by %0a and a last one': `${wrap(base64, 64, '%0a')}%0a`,
  'plus signs become spaces on the way': base64.replaceAll('+', ' '),
  'plus signs become %20 on the way': base64.replaceAll('+', '%20'),
  'base64url without padding (micromdm)': Buffer.from(message).toString('base64url'),
  'base64url with padding': base64.replaceAll('+', '-').replaceAll('/', '_'),
  'no padding': base64.replaceAll('=', ''),
  'every character escaped': base64.replaceAll(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`),
}

test('the message has what makes the forms differ', () => {
  assert.match(base64, /\+.*\/|\/.*\+/s)
})

for (const [form, text] of Object.entries(FORMS)) {
  test(`reads a message by GET: ${form}`, () => {
    const { message: raw } = parseScepQuery(`operation=PKIOperation&message=${text}`, 'GET')

    assert.equal(raw, text)
    assert.deepEqual(Buffer.from(decodeMessage(raw)), Buffer.from(message))
  })
}

test('every message reads back in every form', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64')
      for (const form of [
        text,
        encodeURIComponent(text),
        text.replaceAll('=', ''),
        wrap(text, 64, '%0A'),
        Buffer.from(bytes).toString('base64url'),
      ]) {
        assert.deepEqual(Uint8Array.from(decodeMessage(form)), bytes)
      }
    }),
  )
})

for (const text of [
  'A',
  'AAAAA',
  'AA=A',
  '====',
  'AA===',
  'AAAA%00',
  '%',
  '%zz',
  'AA%3',
  'AAAA&',
  'AAAA;',
  'ÄÖÜ=',
  '%C3%A4AA',
  'AA"A',
  "AA'A",
  'AAAA%25',
  '<script>',
  'AAAA?',
  'AAAA.',
  'AAAA%0B',
  '=AAA',
]) {
  test(`refuses ${JSON.stringify(text)} as a message by GET [security C8]`, () => {
    assert.equal(
      refusal(() => decodeMessage(text)),
      'scep_base64',
    )
  })
}

test('any text is a message or is refused, never anything else [security C8]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      const code = refusal(() => decodeMessage(text))
      assert.ok(code === undefined || code === 'scep_base64')
    }),
  )
})

for (const [query, operation] of [
  ['operation=GetCACaps', 'GetCACaps'],
  ['operation=GetCACert', 'GetCACert'],
  ['operation=PKIOperation', 'PKIOperation'],
  ['operation=getcacaps', 'GetCACaps'],
  ['OPERATION=GETCACERT', 'GetCACert'],
  ['Operation=pkioperation', 'PKIOperation'],
  ['operation=PKI%4fperation', 'PKIOperation'],
  ['message=x&operation=GetCACert', 'GetCACert'],
  ['operation=GetCACert&operation=PKIOperation', 'GetCACert'],
  ['operation=PKIOperation&operation=GetCACert', 'PKIOperation'],
  ['operation=GetNextCACert', 'unknown'],
  ['operation=GetCACert%00', 'unknown'],
  ['operation=GetCACert%20', 'unknown'],
  ['operation=GetCACert+', 'unknown'],
  ['operation=__proto__', 'unknown'],
  ['operation=constructor', 'unknown'],
  ['operation==GetCACert', 'unknown'],
] as const) {
  test(`${query} asks for ${operation}, by GET and by POST`, () => {
    assert.equal(parseScepQuery(query, 'GET').operation, operation)
    assert.equal(parseScepQuery(query, 'POST').operation, operation)
  })
}

for (const query of [
  '',
  'operation',
  'operation=',
  'message=abc',
  '&&',
  '=',
  'operations=GetCACert',
]) {
  test(`without an operation (${JSON.stringify(query)}) a GET asks for capabilities and a POST is a PKIOperation`, () => {
    assert.equal(parseScepQuery(query, 'GET').operation, 'GetCACaps')
    assert.equal(parseScepQuery(query, 'POST').operation, 'PKIOperation')
  })
}

test('keeps the first message as it stood in the query, equal signs included', () => {
  assert.equal(parseScepQuery('operation=PKIOperation&message=AA==', 'GET').message, 'AA==')
  assert.equal(parseScepQuery('message=a%2Bb&message=c', 'GET').message, 'a%2Bb')
  assert.equal(parseScepQuery('message=', 'GET').message, '')
  assert.equal(parseScepQuery('operation=GetCACert', 'GET').message, undefined)
})

test('reads the CA identifier as plain text', () => {
  assert.equal(decodeIdentifier(undefined), '')
  assert.equal(decodeIdentifier(''), '')
  assert.equal(decodeIdentifier('CAIdentifier'), 'CAIdentifier')
  assert.equal(decodeIdentifier('ACME%20Device+CA'), 'ACME Device CA')
  assert.equal(decodeIdentifier('100%'), '100%')
})

test('offers what works and nothing that is broken [security S14]', () => {
  assert.equal(
    formatCapabilities(),
    'AES\nDES3\nSHA-1\nSHA-256\nSHA-384\nPOSTPKIOperation\nSCEPStandard\n',
  )
})
