import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AUTHORITIES,
  type ProgramResult,
  type ScepServer,
  STATIC_CHALLENGE,
  skipWithout,
  startScepServer,
} from './scep-program.ts'

const options = { skip: skipWithout('pki', 'openssl') }

/** The certificates of the CA as `pki` keeps them, by what it takes them for. */
interface CaFiles {
  readonly encryption: string
  readonly signature: string
}

/** GetCACert: strongSwan numbers the CA certificates in the order in which it verifies them. */
const fetchCertificates = async (server: ScepServer): Promise<CaFiles> => {
  const args = ['--scepca', '--url', server.url, '--caout', 'ca.der', '--raout', 'ra.der']
  const { status, stderr } = await server.run('pki', args)
  assert.equal(status, 0, stderr)
  const files = await server.list()
  return { encryption: files.includes('ra.der') ? 'ra.der' : 'ca-1.der', signature: 'ca-1.der' }
}

const enroll = async (
  server: ScepServer,
  { encryption, signature }: CaFiles,
  { password = STATIC_CHALLENGE, more = [] as readonly string[] } = {},
): Promise<ProgramResult> => {
  const key = await server.run('pki', ['--gen', '--type', 'rsa', '--size', '2048'])
  await server.write('key.der', key.stdout)
  return await server.run('pki', [
    ...['--scep', '--url', server.url, '--in', 'key.der'],
    ...['--dn', 'O=Example, CN=router.example', '--password', password],
    ...['--cacert-enc', encryption, '--cacert-sig', signature, '--cacert', 'root.der'],
    ...more,
  ])
}

/** What openssl says of the certificate, verified up to the root as that of a client. */
const inspect = async (server: ScepServer, certificate: Uint8Array): Promise<string> => {
  await server.write('certificate.der', certificate)
  for (const name of ['root', 'ca-1', 'certificate']) {
    await server.run('openssl', ['x509', '-in', `${name}.der`, '-out', `${name}.pem`])
  }
  const verified = await server.run('openssl', [
    ...['verify', '-x509_strict', '-purpose', 'sslclient'],
    ...['-CAfile', 'root.pem', '-untrusted', 'ca-1.pem', 'certificate.pem'],
  ])
  assert.equal(verified.stdout.toString(), 'certificate.pem: OK\n', verified.stderr)
  const text = await server.run('openssl', ['x509', '-in', 'certificate.pem', '-noout', '-text'])
  return text.stdout.toString()
}

const CHOICES = [
  { what: 'its defaults', more: [] },
  { what: 'triple DES', more: ['--cipher', 'des3'] },
  { what: 'SHA-384', more: ['--digest', 'sha384'] },
  { what: 'SHA-512', more: ['--digest', 'sha512'] },
  { what: 'RSA-PSS signatures', more: ['--rsa-padding', 'pss'] },
] as const

for (const { name, env } of AUTHORITIES) {
  test(
    `strongSwan enrolls ${name} and takes what it gets [mission SC1 SC2]`,
    options,
    async (t) => {
      await using server = await startScepServer(env)
      const files = await fetchCertificates(server)

      for (const { what, more } of CHOICES) {
        await t.test(`with ${what}`, async () => {
          const { status, stdout, stderr } = await enroll(server, files, { more })

          assert.equal(status, 0, stderr)
          assert.match(stderr, /Issued certificate is trusted/)
          const text = await inspect(server, stdout)
          assert.match(text, /Issuer: O = windfall, CN = windfall Issuing CA/)
          assert.match(text, /Subject: CN = router\.example/)
          assert.match(text, /Extended Key Usage: \n\s+TLS Web Client Authentication\n/)
        })
      }
    },
  )

  test(`strongSwan hears why it gets nothing ${name}`, options, async () => {
    await using server = await startScepServer(env)
    const files = await fetchCertificates(server)

    const wrong = await enroll(server, files, { password: 'a guess' })
    assert.notEqual(wrong.status, 0)
    assert.match(wrong.stderr, /failInfo: +badRequest/)

    const odd = await enroll(server, files, { more: ['--digest', 'sha224'] })
    assert.notEqual(odd.status, 0)
    assert.match(odd.stderr, /failInfo: +badAlg/)
  })
}
