import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { readFamilyCpuMs } from '../../bench/cpu.ts'
import { fixPort } from '../../src/http/index.ts'
import { ensureDeviceAuthority } from '../../src/sim/index.ts'
import { addAnna, PASSWORD, serve, temporaryDirectory } from '../cli/windfall.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  offeredChallenge,
  openPayloads,
  postPhase2,
  postPhase3,
  scepPayloadOf,
} from '../device.ts'
import { listEnrollments } from '../operator.ts'
import { certify } from '../scep-client.ts'
import { fakeTime, skipWithoutFakeTime } from './fake-time.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR
const ANNA = { name: 'anna', password: PASSWORD }
const key = makeKey('rsa-2048')

test('a clock that is set while the server runs: certificates begin ten minutes before it, what waits is answered, ids keep their order, and no timer runs wild [proof R13]', {
  skip: skipWithoutFakeTime,
}, async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const time = fakeTime(join(directory.path, 'time'))
  // The CA begins before the times that the clock is set back to.
  time.set(-3 * HOUR)
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  await using server = await serve(data, {
    args: ['--listen', `127.0.0.1:${port}`],
    env: {
      ...time.env,
      WINDFALL_PUBLIC_URL: 'https://windfall.example',
      WINDFALL_TLS__OFF: 'true',
      WINDFALL_PROXY__TRUSTED: '127.0.0.1',
    },
  })
  await addAnna(data)
  const authority = await ensureDeviceAuthority(join(data, 'simulator'))
  const wire = { url: `http://127.0.0.1:${port}`, roots: [], data }
  /** Phase 1 and 2 of a new device. */
  const begin = async () => {
    const device = makeDevice({ authority })
    const challenge = await offeredChallenge(wire, ANNA)
    const answer = await postPhase2(wire, device, { challenge })
    assert.equal(answer.status, 200, answer.body.toString())
    return { device, payload: scepPayloadOf(answer.body) }
  }
  /** SCEP and phase 3. @returns when the certificate begins, in seconds from the clock of the server */
  const finish = async (begun: Awaited<ReturnType<typeof begin>>, ahead: number) => {
    const holder = await certify(wire, begun.payload, { key })
    const { status, body } = await postPhase3(wire, begun.device, { signer: holder })
    assert.equal(status, 200, body.toString('latin1').slice(0, 200))
    assert.ok(openPayloads(body, holder).length > 0)
    return holder.certificate.notBefore / 1000 - (Date.now() / 1000 + ahead)
  }
  const serials: unknown[] = []
  for (const ahead of [0, -1 * HOUR, HOUR, 2 * YEAR, 0]) {
    time.set(ahead)
    const begun = await begin()
    serials.unshift(begun.device.attributes['SERIAL'])
    const begins = await finish(begun, ahead)
    assert.ok(begins < -9 * MINUTE && begins > -11 * MINUTE, `${ahead}: ${begins}`)
  }
  const listed = await listEnrollments(wire)
  assert.deepEqual(
    listed.map(({ device }) => device?.serialNumber),
    serials,
  )

  // Backwards during an issuance: the challenge waits for its time.
  const interrupted = await begin()
  time.set(-HOUR)
  await assert.rejects(finish(interrupted, -HOUR), /no certificate/)
  time.set(0)
  await finish(interrupted, 0)

  // A request that is under way while the clock jumps.
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /CA HTTP/1.1\r\nhost: windfall.example\r\n')
  time.set(2 * YEAR)
  await setTimeout(200)
  socket.write('connection: close\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 200 /)
  const before = readFamilyCpuMs(server.running.pid)
  await setTimeout(1_000)
  assert.ok(readFamilyCpuMs(server.running.pid) - before < 500)
  time.set(0)

  server.running.signal('SIGTERM')
  const { code, stderr } = await server.running.ended
  assert.equal(code, 0)
  assert.doesNotMatch(stderr, /"level":"(error|fatal)"/)
})
