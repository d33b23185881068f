import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { succeed, windfall } from '../cli/windfall.ts'
import { startTestServer } from '../harness.ts'
import { ROOT } from '../oidc/tls.ts'
import { request } from '../request.ts'
import {
  groupDn,
  groupLdif,
  PEOPLE,
  personDn,
  personLdif,
  SERVICE,
  skipWithoutSlapd,
  startSlapd,
} from './slapd.ts'

const BERT = { name: 'bert', password: 'bert-secret' }

test('from the command line to an enrolled phone, and through an outage [mission H6 H12]', {
  skip: skipWithoutSlapd,
}, async () => {
  const ldif = personLdif('bert') + personLdif('carla') + groupLdif('staff', personDn('bert'))
  await using slapd = await startSlapd({ ldif })
  await using server = await startTestServer({ env: { WINDFALL_OUTBOUND__ALLOW: 'localhost' } })
  const at = ['--data', server.data]
  const directory = (...args: readonly string[]) => ['directory', ...args, ...at]
  const secret = join(server.data, 'bind.password')
  const ca = join(server.data, 'ldap-root.pem')
  await writeFile(secret, `${SERVICE.password}\n`)
  await writeFile(ca, ROOT)
  const where = ['--server', `ldaps://localhost:${slapd.tlsPort}`, '--base', PEOPLE]
  const how = ['--bind-dn', SERVICE.dn, '--ca-file', ca, '--required-group', groupDn('staff')]
  const added = await succeed(
    directory('add', 'staff', ...where, ...how, '--secret-file', secret, '-o', 'json'),
  )
  assert.equal(JSON.parse(added).hasSecret, true)
  assert.ok(!added.includes(SERVICE.password))
  const twice = await windfall(directory('add', 'staff', ...where, ...how, '--secret-file', secret))
  assert.equal(twice.code, 5)
  assert.match(await succeed(directory('test', 'staff', '--person', 'bert')), /is called bert/)
  const outside = await windfall(directory('test', 'staff', '--person', 'carla'))
  assert.equal(outside.code, 1)
  assert.match(outside.stdout, /is not in the required group/)
  const trial = await succeed(directory('sync', 'staff', '--dry-run', '-o', 'json'))
  assert.deepEqual([JSON.parse(trial).people, JSON.parse(trial).added], [1, 1])
  await succeed(directory('sync', 'staff', '--reason', 'the first time'))

  const outcome = await server.enroll({ account: BERT })
  assert.equal(outcome.kind, 'configured')
  const up = (await server.app.core.health.report()).connections
  assert.equal(up.find(({ name }) => name === 'directory staff')?.state, 'up')

  await slapd.kill()
  const basic = Buffer.from(`${BERT.name}:${BERT.password}`).toString('base64')
  const headers = { authorization: `Basic ${basic}` }
  const page = await request(server, '/enroll', { headers })
  assert.equal(page.status, 503)
  assert.equal(page.headers['retry-after'], '5')
  assert.match(page.body.toString(), /Signing in does not work at the moment/)
  // Windfall's own list goes on, and so does the server.
  const own = await server.enroll()
  assert.equal(own.kind, 'configured')
  const { health } = server.app.core
  const stateIn = ({ connections }: Awaited<ReturnType<typeof health.report>>) =>
    connections.find(({ name }) => name === 'directory staff')
  // A report is good for a second.
  let report = await health.report()
  while (stateIn(report)?.state !== 'down') {
    await wait(50)
    report = await health.report()
  }
  assert.equal(report.isReady, true)
  const down = stateIn(report)
  assert.equal(down?.lastError?.code, 'outbound_failed')
  const { findings } = await server.app.core.services.diagnose()
  assert.equal(findings.find(({ name }) => name === 'directory staff')?.state, 'warning')
  assert.match(await succeed(directory('list')), /down/)

  await slapd.start()
  server.clock.advance(60_000)
  assert.equal((await request(server, '/enroll', { headers })).status, 200)
  assert.match(await succeed(directory('list')), /up/)

  const elsewhere = ['change', 'staff', '--server', 'ldaps://elsewhere.example', '--base', PEOPLE]
  const stolen = await windfall(directory(...elsewhere, '--bind-dn', SERVICE.dn))
  assert.equal(stolen.code, 6)
  assert.match(stolen.stderr, /directory_secret/)
  await succeed(directory('change', 'staff', '--disable'))
  assert.equal((await request(server, '/enroll', { headers })).status, 401)
  await succeed(directory('remove', 'staff'))
  assert.equal((await windfall(directory('show', 'staff'))).code, 3)
  assert.ok(!server.log().includes(SERVICE.password))
  assert.ok(!server.log().includes(BERT.password))
})
