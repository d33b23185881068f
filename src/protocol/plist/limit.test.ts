import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePlist } from './index.ts'

const parseBody = (body: string) => parsePlist(Buffer.from(`<plist version="1.0">${body}</plist>`))
const inPlist = (bodies: readonly string[]) => bodies.map((body) => `<plist>${body}</plist>`)

function refuses(code: string, documents: readonly string[]): void {
  for (const document of documents) {
    const name = document.slice(0, 80)
    assert.throws(() => parsePlist(Buffer.from(document)), { name: 'ProtocolError', code }, name)
  }
}

test('reads 64 levels and refuses more, without recursion [security W8]', () => {
  const nested = (levels: number) => `${'<array>'.repeat(levels)}${'</array>'.repeat(levels)}`

  assert.ok(Array.isArray(parseBody(nested(64))))
  refuses('plist_too_deep', [
    ...inPlist([nested(65), nested(5000)]),
    `<plist>${'<dict><key>a</key>'.repeat(100_000)}`,
  ])
})

test('refuses what is over a bound: bytes, nodes, data, and what saxes is slow at [security W8]', () => {
  const mebibyte = 1024 * 1024

  assert.equal(
    parseBody(`<string>${'a'.repeat(4 * mebibyte - 100)}</string>`),
    'a'.repeat(4 * mebibyte - 100),
  )
  refuses('plist_too_large', [
    ' '.repeat(4 * mebibyte + 1),
    ...inPlist([
      `<array>${'<true/>'.repeat(100_000)}</array>`,
      `<data>${Buffer.alloc(2 * mebibyte + 1).toString('base64')}</data>`,
      `<array>${'<!---->'.repeat(50_000)}</array>`,
      `<array>${'<?a?>'.repeat(60_000)}</array>`,
      `<string>${'<![CDATA[]]>'.repeat(30_000)}</string>`,
      `<string>${'&#65;'.repeat(70_000)}</string>`,
      `<array>${'\r'.repeat(300_000)}</array>`,
      `<string><!-- ${'- '.repeat(200_000)}`,
    ]),
  ])
  refuses('plist_malformed', [
    `<!DOCTYPE plist [${'""'.repeat(mebibyte)}]><plist><true/></plist>`,
    `${' '.repeat(mebibyte)}<plist><true/></plist>`,
  ])
})

test('reads a long document, which goes to saxes in two pieces, as it reads a short one', () => {
  const boundary = 256 * 1024 - '<plist version="1.0"><string>'.length
  for (const part of ['😀', '&amp;', '\r\n', '<!-- c -->', '<![CDATA[]]]]>']) {
    const expected = String(parseBody(`<string>${part}</string>`))
    for (let length = boundary - part.length; length <= boundary; length++) {
      const padding = 'a'.repeat(length)
      assert.equal(parseBody(`<string>${padding}${part}</string>`), padding + expected)
    }
  }
})
