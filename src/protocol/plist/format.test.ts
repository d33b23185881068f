import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dict, formatPlist, type PlistValue, parsePlist, Real } from './index.ts'

const text = (value: PlistValue) => Buffer.from(formatPlist(value)).toString()

const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>
`

test('writes what Apple writes: its document type, tabs, the order of the dict', () => {
  const profile = dict({
    PayloadVersion: 1,
    Duration: new Real(1.5),
    PayloadContent: [true, new Uint8Array([1, 2, 3, 4]), [], dict({})],
    Absent: undefined,
    RemovalDate: new Date('2026-01-02T03:04:05.678Z'),
    Name: '',
  })

  assert.equal(
    text(profile),
    xml(`<dict>
	<key>PayloadVersion</key>
	<integer>1</integer>
	<key>Duration</key>
	<real>1.5</real>
	<key>PayloadContent</key>
	<array>
		<true/>
		<data>AQIDBA==</data>
		<array/>
		<dict/>
	</array>
	<key>RemovalDate</key>
	<date>2026-01-02T03:04:05Z</date>
	<key>Name</key>
	<string></string>
</dict>`),
  )
})

test('escapes markup and carriage returns in strings and keys [security O6]', () => {
  assert.equal(
    text(dict({ '<k>': `a]]>b&amp;<!--"'\r\n\t` })),
    xml(`<dict>
	<key>&lt;k&gt;</key>
	<string>a]]&gt;b&amp;amp;&lt;!--"'&#13;
	</string>
</dict>`),
  )
})

test('refuses text that XML cannot carry, as a value and as a key [security O6]', () => {
  const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
  const forbidden = controls.filter((character) => !'\t\n\r'.includes(character))

  for (const character of [...forbidden, '\uFFFE', '\uFFFF', '\uD800', '\uDC00', '\uDC00\uD800']) {
    for (const value of [
      `a${character}b`,
      `<${character}`,
      [character],
      dict({ [character]: 1 }),
    ]) {
      assert.throws(() => formatPlist(value), {
        name: 'ProtocolError',
        code: 'plist_unrepresentable',
      })
    }
  }
})

test('refuses numbers, dates and depths that a property list does not have', () => {
  const refused: PlistValue[] = [
    Number.NaN,
    0.5,
    2 ** 53,
    2n ** 64n,
    -(2n ** 63n) - 1n,
    new Real(Number.NaN),
    new Real(Number.POSITIVE_INFINITY),
    new Date(Number.NaN),
    new Date('-000001-01-01T00:00:00Z'),
    new Date('0000-12-31T23:59:59Z'),
    new Date('+010000-01-01T00:00:00Z'),
    nest(65),
  ]

  for (const value of refused) {
    assert.throws(() => formatPlist(value), {
      name: 'ProtocolError',
      code: 'plist_unrepresentable',
    })
  }
})

test('reads back the extremes of what it writes', () => {
  const accepted: PlistValue[] = [
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    2n ** 64n - 1n,
    -(2n ** 63n),
    new Real(-0),
    new Real(5e-324),
    new Real(Number.MAX_VALUE),
    new Date('0001-01-01T00:00:00Z'),
    new Date('9999-12-31T23:59:59Z'),
    nest(64),
  ]

  for (const value of accepted) assert.deepEqual(parsePlist(formatPlist(value)), value)
})

function nest(levels: number): PlistValue {
  let value: PlistValue = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}
