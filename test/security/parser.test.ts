import assert from 'node:assert/strict'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { listFixtures, readFixture } from '../codec/fixture.ts'
import { indefinite } from '../codec/message.ts'
import { makeDevice, postPhase2, postProfile } from '../device.ts'
import { callApi } from '../operator.ts'
import { request } from '../request.ts'
import { postScep } from '../scep-client.ts'
import { type Entry, honest, phase2 } from './entry.ts'
import { refuseAll } from './refuse-all.ts'
import { offer, openScene, rowsOf, stateOf } from './scene.ts'

const nest = (depth: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array => {
  let bytes: Uint8Array = der.nothing
  for (let level = 0; level < depth; level++) bytes = wrap(bytes)
  return bytes
}

/** Encodings that cost a parser without limits its stack, its memory or its time. */
const BOMBS: Readonly<Record<string, () => Uint8Array>> = {
  '40 levels': () => nest(40, (inner) => der.sequence(inner)),
  '30,000 levels': () => nest(30_000, (inner) => Buffer.concat([Buffer.of(0x30, 0x80), inner])),
  '60,000 levels of indefinite length': () => Buffer.alloc(120_000, Buffer.of(0x30, 0x80)),
  '60,000 levels of octet strings': () => Buffer.alloc(120_000, Buffer.of(0x24, 0x80)),
  '100,000 empty elements': () => der.sequence(Buffer.alloc(200_000, Buffer.of(0x05, 0x00))),
  'a length of 4 GiB': () => Buffer.from('3084ffffffff', 'hex'),
  'a length of 126 octets': () => Buffer.concat([Buffer.of(0x30, 0xfe), Buffer.alloc(200, 0xff)]),
  'a length that is not minimal': () => Buffer.from('3082000105', 'hex'),
  'no end of contents': () => indefinite(0x30).subarray(0, -2),
  'an OBJECT IDENTIFIER without an end': () => der.sequence(der.tlv(6, Buffer.alloc(60_000, 0xff))),
  'a tag of many octets': () => Buffer.concat([Buffer.of(0x3f), Buffer.alloc(60_000, 0xff)]),
  '256 KiB of zeros': () => Buffer.alloc(262_144),
  '256 KiB of 0xff': () => Buffer.alloc(262_144, 0xff),
  nothing: () => new Uint8Array(),
}

test(`${Object.keys(BOMBS).length} encodings made to exhaust a parser are refused at once, by POST and by GET [security C8 W7]`, async () => {
  await using scene = await openScene()
  const { wire } = scene
  const before = await stateOf(scene)
  for (const [what, make] of Object.entries(BOMBS)) {
    const bytes = make()
    assert.equal((await postProfile(wire, bytes)).status, 400, what)
    assert.equal((await postScep(wire, { bytes })).status, 400, what)
    if (bytes.length < 45_000) {
      const message = encodeURIComponent(Buffer.from(bytes).toString('base64'))
      const { status } = await request(wire, `/scep?operation=PKIOperation&message=${message}`)
      assert.equal(status, 400, what)
    }
  }
  assert.deepEqual(await stateOf(scene), before)
})

test('bytes after a message, and content of other types, are refused [security C8]', async () => {
  await using scene = await openScene()
  const entry = await phase2(scene)
  const message = honest(entry)
  await refuseAll(scene, entry, [
    Buffer.concat([message, Buffer.of(5)]),
    Buffer.concat([message, message]),
    Buffer.concat([Buffer.of(0), message]),
    entry.content,
    entry.signer.certificate.bytes,
    Buffer.from(message).toReversed(),
    Buffer.from(Buffer.from(message).toString('base64')),
  ])
  await entry.complete()
})

const doctype = (subset: string): string =>
  `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd" [${subset}]>`
const plist = (body: string, prolog = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${prolog}<plist version="1.0">${body}</plist>`
const dictOf = (entries: string): string =>
  `<dict><key>UDID</key><string>x</string>${entries}</dict>`

/** Property lists that attack whoever reads them; the signature over each is good. */
const hostilePlists = (challenge: string): readonly (string | Uint8Array)[] => {
  const entry = `<key>CHALLENGE</key><string>${challenge}</string>`
  const lol = Array.from(
    { length: 20 },
    (_, level) => `<!ENTITY l${level + 1} "&l${level};&l${level};">`,
  )
  return [
    plist(
      dictOf(`${entry}<key>A</key><string>&x;</string>`),
      doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'),
    ),
    plist(
      dictOf(`${entry}<key>A</key><string>&l20;</string>`),
      doctype(`<!ENTITY l0 "lol">${lol.join('')}`),
    ),
    plist(dictOf(entry), doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;')),
    plist(dictOf(entry), '<!DOCTYPE plist SYSTEM "file:///etc/passwd">'),
    plist(dictOf(entry), doctype('')),
    plist(dictOf(`${entry}<key>A</key><string>&nbsp;</string>`)),
    plist(dictOf(`${entry}<key>A</key><string>&#0;</string>`)),
    plist(dictOf(`${entry}<key>A</key><string>&#xFFFFFFFFF;</string>`)),
    plist(dictOf(`${entry}<key>A</key><string>&#xD800;</string>`)),
    plist(dictOf(`${entry}${entry}`)),
    plist(dictOf(`${entry}<key>UDID</key><string>y</string>`)),
    plist(dictOf(`${entry}<key>A</key>${'<array>'.repeat(5000)}${'</array>'.repeat(5000)}`)),
    plist(dictOf(`${entry}<key>A</key><array>${'<true/>'.repeat(30_000)}</array>`)),
    plist(dictOf(`${entry}<key>A</key><string>${'x'.repeat(200_000)}</string>`)),
    plist(dictOf(entry + Array.from({ length: 70 }, (_, i) => `<key>${i}</key><true/>`).join(''))),
    plist(dictOf(entry)).replace('UTF-8', 'UTF-7'),
    plist(dictOf(entry)).replace('</plist>', ''),
    `${plist(dictOf(entry))}${plist(dictOf(entry))}`,
    plist(`<array>${dictOf(entry)}</array>`),
    '',
    ...listFixtures('plist/micromdm/crashers').map((file) =>
      readFixture(`plist/micromdm/crashers/${file}`),
    ),
  ]
}

test('32 property lists that attack their reader are refused under a good signature [security W8 W9]', async () => {
  await using scene = await openScene()
  const { challenge } = await offer(scene)
  const device = makeDevice(scene.server)
  const plists = hostilePlists(challenge)
  assert.equal(plists.length, 32)
  const entry: Pick<Entry, 'name' | 'send'> = {
    name: 'phase 2',
    send: (message) => postProfile(scene.wire, message),
  }
  await refuseAll(
    scene,
    entry,
    plists.map((content) =>
      honest({ content: Buffer.from(content), signer: device.identity, attributes: [] }),
    ),
  )
  assert.equal((await postPhase2(scene.wire, device, { challenge })).status, 200)
})

test('keys of every prototype, in property lists, JSON, forms, queries and headers, stay keys [security W10]', async () => {
  await using scene = await openScene()
  const { server, wire, db } = scene
  const untouched = Reflect.ownKeys(Object.prototype)
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

  const { id, challenge } = await offer(scene)
  const attributes = Object.fromEntries(names.map((name) => [name, 'polluted']))
  const device = makeDevice(server, attributes)
  assert.equal((await postPhase2(wire, device, { challenge })).status, 200)
  const [row] = await rowsOf(db, 'device')
  assert.match(String(row?.['attributes']), /"__proto__":"polluted"/)
  const steps = await callApi(server, `/enrollments/${id}`)
  assert.equal(steps.status, 200)

  for (const name of names) {
    const body = `{"name":"x${name}","password":"x","${name}":{"isAdmin":true},"attributes":{"${name}":"x"}}`
    assert.equal((await callApi(server, '/accounts', { method: 'POST', body })).status, 400, name)
    const { status } = await callApi(server, `/enrollments?${name}[x]=1&${name}=1`)
    assert.equal(status, 400, name)
    const headers = { [name]: 'polluted' }
    assert.equal((await request(wire, '/enroll', { headers })).status, 401, name)
    const form = { method: 'POST', body: `${name}=1&${name}[name]=x&name=x&password=x` }
    assert.equal((await request(wire, '/enroll', form)).status, 403, name)
    assert.equal((await request(wire, `/${name}`)).status, 404, name)
  }
  assert.deepEqual(Reflect.ownKeys(Object.prototype), untouched)
  assert.equal(Reflect.get({}, 'isAdmin'), undefined)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})
