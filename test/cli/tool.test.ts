import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { addAnna, enrollPhone, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

const stack = new AsyncDisposableStack()
let root: string
/** The path of a message that a simulated phone kept, by the end of its name. */
let kept: (ending: string) => string

before(async () => {
  const { path } = stack.use(await temporaryDirectory())
  await addAnna(path)
  await using server = await serve(path)
  const out = join(path, 'phone')
  assert.equal((await enrollPhone(path, server.url, ['--out', out])).code, 0)
  const names = await readdir(out)
  root = join(path, 'root.der')
  kept = (ending) => join(out, names.find((name) => name.endsWith(ending)) ?? ending)
})

after(() => stack.disposeAsync())

test('shows an encrypted profile, and with the key what is in it', async () => {
  const final = kept('phase3.response.mobileconfig')
  const closed = JSON.parse(await succeed(['profile', 'show', final, '-o', 'json']))
  assert.deepEqual(
    [closed.type, closed.payloads, closed.encryption],
    ['Configuration', [], { cipher: 'aes-256-cbc', recipients: 1 }],
  )
  assert.equal(closed.signature.isGood, true)
  const key = kept('ota.key.pem')
  const open = JSON.parse(await succeed(['profile', 'show', final, '--key', key, '-o', 'json']))
  assert.deepEqual(
    open.payloads.map(({ type }: { readonly type: string }) => type),
    ['com.apple.webClip.managed', 'com.apple.security.scep'],
  )
  assert.match(await succeed(['profile', 'show', final]), /\nencryption +aes-256-cbc, for 1 /)
})

test('decrypts a profile into XML that lints, with the right key alone', async () => {
  const final = kept('phase3.response.mobileconfig')
  const xml = await succeed(['profile', 'decrypt', final, '--key', kept('ota.key.pem')])
  assert.match(xml, /^<\?xml[\s\S]*<key>PayloadContent<\/key>[\s\S]*<key>Challenge<\/key>/)
  assert.doesNotMatch(xml, /EncryptedPayloadContent|IsEncrypted/)
  const clear = kept('clear.mobileconfig')
  await writeFile(clear, xml)
  assert.equal(await succeed(['profile', 'lint', clear]), 'no faults\n')
  const wrong = await windfall(['profile', 'decrypt', final, '--key', kept('device.key.pem')])
  assert.deepEqual([wrong.code, wrong.stdout], [6, ''])
})

test('verifies a profile up to a root, and refuses a changed, foreign or unsigned one', async () => {
  const final = kept('phase3.response.mobileconfig')
  const verify = ['profile', 'verify', final, '--cacert']
  assert.match(await succeed([...verify, root]), /^good: signed by .*\(sha256\)/)
  const foreign = await windfall([...verify, kept('ota.cert.pem')])
  assert.deepEqual([foreign.code, foreign.stdout], [6, ''])
  const changed = kept('changed.mobileconfig')
  const bytes = await readFile(final)
  for (const [at, what] of [
    [bytes.indexOf('Version'), 'another key'],
    [bytes.indexOf('<plist'), 'no property list'],
  ] as const) {
    const copy = Uint8Array.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 1
    await writeFile(changed, copy)
    const result = await windfall(['profile', 'verify', changed, '--cacert', root])
    assert.equal(result.code, 6, what)
    assert.match(result.stderr, /\(cms_message_digest\)/, what)
  }
  const unsigned = await windfall([
    'profile',
    'verify',
    kept('final.decrypted.plist'),
    '--cacert',
    root,
  ])
  assert.equal(unsigned.code, 6)
})

test('lists every fault of a profile', async () => {
  const path = kept('faulty.mobileconfig')
  const empty =
    '<plist version="1.0"><dict><key>PayloadVersion</key><integer>2</integer></dict></plist>'
  await writeFile(path, empty)
  const { code, stdout } = await windfall(['profile', 'lint', path, '-o', 'ndjson'])
  assert.equal(code, 6)
  const codes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).code)
  assert.ok(codes.includes('payload_version') && codes.includes('payload_key_missing'))
  const absent = await windfall(['profile', 'lint', join(path, 'absent')])
  assert.deepEqual([absent.code, absent.stdout], [6, ''])
})

test('decodes the messages of SCEP', async () => {
  const decode = async (ending: string) =>
    JSON.parse(await succeed(['scep', 'decode', kept(ending), '-o', 'json']))
  const request = await decode('pkioperation.request.p7m')
  const reply = await decode('pkioperation.response.p7m')
  assert.deepEqual(
    [request.messageType, reply.messageType, reply.pkiStatus],
    ['PKCSReq', 'CertRep', 'SUCCESS'],
  )
  assert.equal(request.transactionID, reply.transactionID)
  const authorities = await decode('getcacert.response.p7b')
  assert.equal(authorities.certificates.length > 1, true)
  const text = await succeed(['scep', 'decode', kept('pkioperation.response.p7m')])
  assert.match(text, /^kind +pkiMessage\nmessageType +CertRep\n/)
  const noMessage = await windfall(['scep', 'decode', kept('device.json')])
  assert.equal(noMessage.code, 6)
})
