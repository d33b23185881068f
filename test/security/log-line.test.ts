import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { encodeName } from '../../src/protocol/x509/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { basic, makeDevice, postProfile } from '../device.ts'
import { getEnrollment } from '../operator.ts'
import { request } from '../request.ts'
import { postScep } from '../scep-client.ts'
import { binaryPlist } from './binary-plist.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { honest } from './entry.ts'
import { finish, identify, offer, openScene, rowsOf, type Scene } from './scene.ts'

const key = makeKey('rsa-2048')

// A line of its own for whoever splits at any of the ends of lines that there are.
const FORGED = '{"level":30,"event":"request","status":200,"msg":"FORGED"}'
const BREAKS = ['\n', '\r\n', '\r', '\u0085', '\u2028', '\u2029', '\t']
const TEXTS = [
  ...BREAKS.map((end) => `x${end}${FORGED}${end}`),
  '\u009b31mred\u009b0m',
  `\u202e${FORGED}`,
  '","status":200,"msg":"FORGED","x":"',
  `\\n\\u000a${FORGED}`,
]

/** Raw bytes in the headers, which no client of ours would write. */
const shout = async ({ wire }: Scene, value: string): Promise<void> => {
  const socket = connect(Number(new URL(wire.url).port), '127.0.0.1')
  socket.end(
    Buffer.concat([
      Buffer.from('GET /enroll HTTP/1.1\r\nHost: localhost\r\nUser-Agent: '),
      Buffer.from(value),
      Buffer.from('\r\nX-Forwarded-For: '),
      Buffer.from(value),
      Buffer.from('\r\nConnection: close\r\n\r\n'),
    ]),
  )
  await socket.toArray()
}

test(`${TEXTS.length} texts that would begin a line of their own, as names, attributes, headers, paths and common names: every line of the log is one event [security W15]`, async () => {
  await using scene = await openScene()
  const { server, wire } = scene
  for (const text of TEXTS) {
    await shout(scene, text)
    await shout(scene, `\u001b[2J${text}`)
    await request(wire, `/${encodeURIComponent(text)}`)
    await request(wire, `/open/${encodeURIComponent(text)}`)
    await request(wire, `/scep?operation=GetCACert&message=${encodeURIComponent(text)}`)
    await request(wire, `/scep?operation=${encodeURIComponent(text)}`)
    await request(wire, '/api/v1/enrollments', { headers: { authorization: `Bearer x` } })
    await request(wire, '/enroll', { headers: basic({ name: text, password: text }) })
    server.clock.advance(16 * 60_000)

    const { challenge } = await offer(scene)
    const device = makeDevice(server)
    const content = binaryPlist({
      UDID: text,
      SERIAL: text,
      PRODUCT: text,
      VERSION: text,
      DEVICE_NAME: text,
      [text]: text,
      CHALLENGE: challenge,
    })
    const phase2 = honest({ content, signer: device.identity, attributes: [] })
    assert.equal((await postProfile(wire, phase2)).status, 200, JSON.stringify(text))
    const name = encodeName([[['CN', text]]])
    const signer = makeHolder({ key, subject: [[['CN', text]]] })
    await postScep(
      wire,
      wrapCsr(scene, craftCsr(key, { challenge: text, subject: name }), { signer }),
    )
  }
  await finish(scene, await identify(scene), key)
  const { steps } = await getEnrollment(
    server,
    String((await rowsOf(scene.db, 'enrollment'))[0]?.['id']),
  )
  assert(steps.every(({ summary }) => !/\p{Cc}/u.test(summary)))

  await scene[Symbol.asyncDispose]()
  const lines = scene.log().split('\n')
  assert.equal(lines.pop(), '')
  assert(lines.length > TEXTS.length * 8)
  for (const line of lines) {
    const event: unknown = JSON.parse(line)
    assert(typeof event === 'object' && event !== null && 'level' in event && 'time' in event, line)
    assert('msg' in event ? event.msg !== 'FORGED' : true, line)
    // C0, DEL and C1: what terminals act upon.
    assert.doesNotMatch(line, /\p{Cc}/u)
  }
})
