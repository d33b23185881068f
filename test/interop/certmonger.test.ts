import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AUTHORITIES,
  type ScepServer,
  STATIC_CHALLENGE,
  skipWithout,
  startScepServer,
} from './scep-program.ts'

const DAEMON = '/usr/lib/certmonger/certmonger-session'
const options = { skip: skipWithout(DAEMON, 'getcert', 'dbus-run-session', 'openssl') }

/** Starts the daemon on a bus of its own, asks it for a certificate and prints what became of it. */
const enroll = async (server: ScepServer, more: string): Promise<string> => {
  const script = [
    `getcert add-scep-ca -s -c windfall -u ${server.url} ${more}`,
    `getcert request -s -c windfall -I router -N CN=router.example -f ${server.folder}/certificate.pem \
      -k ${server.folder}/key.pem -L '${STATIC_CHALLENGE}' -w`,
    'getcert list -s -i router',
  ]
  await server.write('enroll.sh', `${script.join('\n')}\n`)
  const args = ['--', DAEMON, '-s', '-n', '-c', `sh ${server.folder}/enroll.sh`]
  const { stdout, stderr } = await server.run('dbus-run-session', args)
  return stdout.toString() + stderr
}

for (const { name, env } of AUTHORITIES) {
  test(`certmonger enrolls ${name}, by GET and with AES-256 [mission SC2]`, options, async () => {
    await using server = await startScepServer(env)
    await server.run('openssl', ['x509', '-in', 'root.der', '-out', 'root.pem'])

    // It takes the root from the RA's chain; a lone CA certificate brings none.
    const said = await enroll(server, name === 'with RA' ? '' : `-I ${server.folder}/root.pem`)

    assert.match(said, /status: MONITORING/)
    assert.match(said, /issuer: CN=windfall Issuing CA,O=windfall/)
    assert.match(said, /subject: CN=router\.example/)
    assert.match(server.log(), /"method":"GET","route":"\/scep","status":200/)
  })
}
