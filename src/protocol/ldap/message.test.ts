import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BerReader,
  BindRequest,
  EqualityFilter,
  ExtendedRequest,
  PagedResultsControl,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import { bitFlips, refusal, survive, truncations } from '../../../test/codec/damage.ts'
import { mutations } from '../../../test/mutate.ts'
import { der } from '../asn1/index.ts'
import {
  decodeAnswer,
  encodeBind,
  encodeSearch,
  encodeStartTls,
  encodeUnbind,
  MAX_MESSAGE,
  messageLength,
} from './index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const text = (value: string): Uint8Array => der.octetString(Buffer.from(value))

test('requests are byte for byte those of another implementation', () => {
  const credentials = { dn: 'uid=anna,dc=example', password: 'pässword' }
  assert.equal(
    hex(encodeBind(7, credentials)),
    hex(new BindRequest({ messageId: 7, ...credentials }).write()),
  )
  assert.equal(hex(encodeUnbind(8)), hex(new UnbindRequest({ messageId: 8 }).write()))
  const oid = '1.3.6.1.4.1.1466.20037'
  assert.equal(hex(encodeStartTls(9)), hex(new ExtendedRequest({ messageId: 9, oid }).write()))
})

test('a paged search is read by another implementation as it was meant', () => {
  const page = { size: 500, cookie: Buffer.from('more') }
  const bytes = encodeSearch(300, {
    ...{ base: 'dc=example', scope: 'sub', attributes: ['uid', 'mail'], sizeLimit: 2 },
    ...{ timeLimit: 8, page, filter: { kind: 'equals', attribute: 'uid', value: 'anna' } },
  })
  const reader = new BerReader(Buffer.from(bytes))
  reader.readSequence()
  const messageId = reader.readInt()
  reader.readSequence()
  const read = new SearchRequest({ messageId: 0, filter: new EqualityFilter() })
  read.parse(reader, [])
  assert.deepEqual(
    [messageId, read.baseDN, read.scope, read.sizeLimit, read.timeLimit, read.attributes],
    [300, 'dc=example', 'sub', 2, 8, ['uid', 'mail']],
  )
  assert.equal(read.filter.toString(), '(uid=anna)')
  const [control] = read.controls ?? []
  assert.ok(control instanceof PagedResultsControl)
  assert.deepEqual(control.value, page)
})

const result = (code: number): readonly Uint8Array[] => [
  der.tlv(0x0a, Uint8Array.of(code)),
  text(''),
  text('what went wrong'),
]
const attribute = (name: string, ...values: readonly string[]): Uint8Array =>
  der.sequence(text(name), der.setOf(values.map(text)))
const entry = der.sequence(
  der.smallInteger(2),
  der.tlv(
    0x64,
    text('uid=anna,dc=example'),
    der.sequence(attribute('UID', 'anna'), attribute('mail', 'a@example.org', 'b@example.org')),
  ),
)
const done = der.sequence(
  der.smallInteger(2),
  der.tlv(0x65, ...result(0)),
  der.tagged(
    0,
    der.sequence(
      text('1.2.840.113556.1.4.319'),
      der.octetString(der.sequence(der.smallInteger(0), text('cookie'))),
    ),
  ),
)
const bound = der.sequence(der.smallInteger(1), der.tlv(0x61, ...result(49)))

test('answers are read', () => {
  const found = decodeAnswer(entry)
  assert.ok(found.kind === 'entry')
  assert.equal(found.entry.dn, 'uid=anna,dc=example')
  assert.deepEqual([...found.entry.attributes.keys()], ['uid', 'mail'])
  assert.equal(found.entry.attributes.get('mail')?.length, 2)
  assert.deepEqual(decodeAnswer(done), {
    ...{ id: 2, kind: 'done', result: { code: 0, cookie: Buffer.from('cookie') } },
  })
  assert.deepEqual(decodeAnswer(bound), {
    ...{ id: 1, kind: 'bind', result: { code: 49, cookie: undefined } },
  })
})

test('what a client sends, and an attribute that comes twice, is no answer', () => {
  const bind = encodeBind(1, { dn: '', password: '' })
  assert.equal(
    refusal(() => decodeAnswer(bind)),
    'ldap_message',
  )
  const twice = der.sequence(
    der.smallInteger(2),
    der.tlv(0x64, text('dc=example'), der.sequence(attribute('uid', 'a'), attribute('UID', 'b'))),
  )
  assert.equal(
    refusal(() => decodeAnswer(twice)),
    'ldap_message',
  )
})

test('the length of a message is known from its beginning, and has a bound', () => {
  assert.equal(messageLength(Buffer.alloc(0)), undefined)
  assert.equal(messageLength(Buffer.from('30', 'hex')), undefined)
  assert.equal(messageLength(Buffer.from('3005', 'hex')), 7)
  assert.equal(messageLength(Buffer.from('3082', 'hex')), undefined)
  assert.equal(messageLength(Buffer.from('30820100', 'hex')), 260)
  for (const bytes of ['31', '3080', '3085', `3084${MAX_MESSAGE.toString(16).padStart(8, '0')}`]) {
    assert.equal(
      refusal(() => messageLength(Buffer.from(bytes, 'hex'))),
      'ldap_message',
    )
  }
})

test('answers survive truncation, each changed bit and 20,000 mutations', () => {
  for (const bytes of [entry, done, bound]) {
    assert.equal(survive(decodeAnswer, truncations(bytes)).taken, 0)
    survive(decodeAnswer, bitFlips(bytes))
  }
  survive(decodeAnswer, mutations(6, [entry, done, bound], 20_000))
})
