import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type PlistValue, parsePlist, Real } from './index.ts'

const DOCTYPE =
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">'

const parse = (document: string) => parsePlist(Buffer.from(document))
const parseBody = (body: string) => parse(`<plist version="1.0">${body}</plist>`)

function refuses(code: string, documents: readonly (string | Uint8Array)[]): void {
  for (const document of documents) {
    const name = document.slice(0, 80).toString()
    assert.throws(() => parsePlist(Buffer.from(document)), { name: 'ProtocolError', code }, name)
  }
}

const inPlist = (bodies: readonly string[]) => bodies.map((body) => `<plist>${body}</plist>`)

test('reads every element of a property list', () => {
  const document = `<?xml version="1.0" encoding="utf-8"?>
${DOCTYPE}
<!-- a comment -->
<plist version="1.0">
<dict>
  <key>text</key> <string>a &amp; b &#x41;&#66; <![CDATA[<c> ]] ]]></string>
  <key>integer</key> <integer> -42 </integer>
  <key>hex</key> <integer>0xFfffFFFFffffFFFF</integer>
  <key>real</key> <real>1.5e3</real>
  <key>date</key> <date>2024-02-29T23:59:59Z</date>
  <key>data</key> <data>
    AQ
    ID\t</data>
  <key>array</key> <array><true/><false></false><array/><dict/></array>
  <key></key> <string/>
</dict>
</plist>
`
  const expected = new Map<string, PlistValue>([
    ['text', 'a & b AB <c> ]] '],
    ['integer', -42],
    ['hex', 2n ** 64n - 1n],
    ['real', new Real(1500)],
    ['date', new Date('2024-02-29T23:59:59Z')],
    ['data', new Uint8Array([1, 2, 3])],
    ['array', [true, false, [], new Map()]],
    ['', ''],
  ])

  assert.deepEqual(parse(document), expected)
  assert.deepEqual(parse(`\uFEFF${document}`), expected)
  assert.deepEqual(parse(document.replaceAll('\n', '\r\n')), expected)
})

test('takes the spellings of the document type that Apple has used', () => {
  for (const doctype of [
    DOCTYPE,
    DOCTYPE.replace('-//Apple//', '-//Apple Computer//'),
    DOCTYPE.replace('http:', 'https:'),
    DOCTYPE.replaceAll('"', "'").replaceAll(' ', '\n'),
  ]) {
    const document = `${doctype.replace('DTD\nPLIST\n', 'DTD PLIST ')}<plist><true/></plist>`
    assert.equal(parse(document), true)
  }
})

test('keeps integers exact, as numbers where they are safe', () => {
  const integers: readonly [string, number | bigint][] = [
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740991', -9007199254740991],
    ['18446744073709551615', 18446744073709551615n],
    ['-9223372036854775808', -9223372036854775808n],
    ['0x1F', 31],
    ['-0x1f', -31],
    ['+7', 7],
    ['007', 7],
    ['-0', 0],
  ]

  for (const [text, value] of integers) {
    assert.equal(parseBody(`<integer>${text}</integer>`), value)
  }
})

test('refuses numbers out of range [security W8]', () => {
  refuses(
    'plist_out_of_range',
    inPlist([
      '<integer>18446744073709551616</integer>',
      '<integer>-9223372036854775809</integer>',
      '<integer>0x10000000000000000</integer>',
      `<integer>${'9'.repeat(100_000)}</integer>`,
      '<real>1e999</real>',
    ]),
  )
})

test('refuses scalars that are not what their element says [security W8]', () => {
  refuses(
    'plist_malformed',
    inPlist([
      ...['', '1.0', '1e3', '1_000', '- 1', '0x', '0b1', '１'].map(
        (n) => `<integer>${n}</integer>`,
      ),
      ...['', '.', 'nan', 'inf', 'Infinity', '0x1', '1e', '1,5'].map((n) => `<real>${n}</real>`),
      '<date></date>',
      '<date>2024-02-30T00:00:00Z</date>',
      '<date>2023-02-29T00:00:00Z</date>',
      '<date>2024-01-01T24:00:00Z</date>',
      '<date>2024-01-01T23:59:60Z</date>',
      '<date>2024-01-01T00:00:00.5Z</date>',
      '<date>2024-01-01T00:00:00+00:00</date>',
      '<date>2024-01-01T00:00:00</date>',
      '<date>2024-01-01</date>',
      '<date>0000-01-01T00:00:00Z</date>',
      ...['AQI', 'AR==', 'AAAA=', 'AQ-_', 'AQ==AQ==', 'A', '=', '(redacted)'].map(
        (d) => `<data>${d}</data>`,
      ),
      '<true>x</true>',
    ]),
  )
})

test('refuses what is XML and no property list [security W8]', () => {
  refuses('plist_malformed', [
    '',
    '<plist/>',
    '<dict/>',
    '<html></html>',
    '<plist version="1.1"><true/></plist>',
    '<plist version="1.0" xmlns="urn:x"><true/></plist>',
    '<plist><true/></plist><plist><true/></plist>',
    '<plist><true/></plist>text',
    'text<plist><true/></plist>',
    '\uFEFF\uFEFF<plist><true/></plist>',
    '<?xml version="1.1"?><plist><true/></plist>',
    '<?xml version="1.0" encoding="ISO-8859-1"?><plist><true/></plist>',
    '<?xml version="1.0" encoding="UTF-16"?><plist><true/></plist>',
    Buffer.from('<plist><true/></plist>', 'utf16le'),
    Buffer.from('<plist><string>\xE9</string></plist>', 'latin1'),
    ...inPlist([
      '<true/><true/>',
      '<plist><true/></plist>',
      '<string><b/></string>',
      '<string a="b"></string>',
      '<set/>',
      '<String/>',
      '<key>a</key>',
      '<array><key>a</key></array>',
      '<array>text</array>',
      '<dict><string>a</string></dict>',
      '<dict><key>a</key></dict>',
      '<dict><key>a</key><key>b</key><true/></dict>',
      '<dict><key>a</key><true/><true/></dict>',
      '<dict><![CDATA[text]]></dict>',
    ]),
  ])
})

test('refuses what is not well-formed, and keeps the reason as the cause [security W8]', () => {
  const documents = inPlist([
    '<array>',
    '<array></dict>',
    '<string>a]]>b</string>',
    '<string>a & b</string>',
    '<string>&nbsp;</string>',
    '<string>&#xD800;</string>',
    '<string>&#x110000;</string>',
    '<string>&#0;</string>',
    '<string>&#x1F;</string>',
    '<string>&#xFFFE;</string>',
    '<string>\0</string>',
    '<string>\x1B</string>',
    '<string>\uFFFF</string>',
    '<!-- a -- b --><true/>',
  ])

  refuses('plist_malformed', documents)
  for (const document of documents) {
    assert.throws(
      () => parse(document),
      (error) => error instanceof Error && error.cause instanceof Error,
    )
  }
})

test("refuses every document type but Apple's, and expands nothing [security W8]", () => {
  const laughs = Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
  )
  const string = '<plist><string>&x;</string></plist>'

  refuses('plist_doctype', [
    `<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]>${string}`,
    `<!DOCTYPE plist [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]>${string}`,
    `<!DOCTYPE plist [<!ENTITY l0 "lol">${laughs.join('')}]><plist><string>&l9;</string></plist>`,
    `<!DOCTYPE plist SYSTEM "file:///etc/passwd">${string}`,
    `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://192.0.2.1/x.dtd">${string}`,
    `${DOCTYPE.slice(0, -1)} [<!ENTITY x "y">]>${string}`,
    `${DOCTYPE.slice(0, -1)} []>${string}`,
    `<!DOCTYPE html>${string}`,
    `<!DOCTYPE>${string}`,
  ])
  refuses('plist_malformed', [
    `${DOCTYPE}${DOCTYPE}<plist><true/></plist>`,
    `<plist>${DOCTYPE}</plist>`,
  ])
})

test('refuses a key that comes twice, at any level [security W8 W10]', () => {
  const twice = '<dict><key>a</key><true/><key>&#97;</key><true/></dict>'

  refuses('plist_duplicate_key', inPlist([twice, `<array>${twice}</array>`]))
})

test('gives __proto__ and its like no meaning [security W10]', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  const entry = (key: string) => `<key>${key}</key><dict><key>polluted</key><true/></dict>`
  const value = parseBody(
    `<dict>${['__proto__', 'constructor', 'toString'].map(entry).join('')}</dict>`,
  )

  assert.ok(value instanceof Map)
  assert.deepEqual([...value.keys()], ['__proto__', 'constructor', 'toString'])
  assert.equal(Object.getPrototypeOf(value), Map.prototype)
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before)
})

const samples = new URL('../../../test/fixtures/plist/micromdm/xml/', import.meta.url)
const ACCEPTED = [
  'comment.plist',
  'no-both.plist',
  'no-doctype.plist',
  'no-plist-version.plist',
  'no-xml-tag.plist',
  'valid.plist',
]

test('accepts the sound samples of micromdm/plist and refuses the others [security W8]', () => {
  const accepted = readdirSync(samples).filter((name) => {
    try {
      return parsePlist(readFileSync(new URL(name, samples))) !== undefined
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'ProtocolError', name)
      return false
    }
  })

  assert.deepEqual(accepted.sort(), ACCEPTED)
})
