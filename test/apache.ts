import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chainPem, intermediate, keyPem, makeLeaf, publicRoot, putFile } from './pair.ts'
import { type Answer, type Reachable, type RequestOptions, request } from './request.ts'

const PROGRAM = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'

/** For the `skip` option of a test. */
export const skipWithoutApache = !existsSync(PROGRAM) && 'apache2 is not installed'

const REALM = 'Example'

interface Person {
  readonly name: string
  readonly password: string
}

export interface ApacheOptions {
  /** The port of 127.0.0.1 that it passes requests on to, over plain HTTP. */
  readonly to: number
  /** The port that it listens on, over TLS. */
  readonly port: number
  readonly people: readonly Person[]
  /** What it says to windfall: `X-Windfall-Proxy-Secret`. */
  readonly secret: string
}

/**
 * Apache httpd (package `apache2`) with mod_auth_digest in front of `/enroll`, as docs/sign-in.md says it; its
 * certificate is below the root of test/pair.ts.
 */
export const startApache = async (options: ApacheOptions): Promise<Reachable & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack()
  const { path } = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-apache-')))
  // Where root starts it, it works as somebody else.
  await chmod(path, 0o755)
  const leaf = makeLeaf()
  await putFile(path, 'certificate.pem', chainPem(leaf, intermediate))
  await putFile(path, 'key.pem', keyPem(leaf))
  await putFile(path, 'people', options.people.map(lineOf).join(''))
  const file = await putFile(path, 'apache.conf', configure(path, options))
  const child = spawn(PROGRAM, ['-DFOREGROUND', '-f', file], { stdio: 'ignore' })
  const ended = once(child, 'close')
  stack.defer(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const url = `https://localhost:${options.port}`
  const reachable = { url, roots: [publicRoot.certificate] }
  while (!(await isUp(reachable))) {
    if (child.exitCode !== null) throw new Error(await readFile(join(path, 'error.log'), 'utf8'))
    await wait(20)
  }
  const owned = stack.move()
  return { ...reachable, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const isUp = (reachable: Reachable): Promise<boolean> =>
  request(reachable, '/CA').then(
    () => true,
    () => false,
  )

// `htdigest` writes such lines.
const lineOf = ({ name, password }: Person): string =>
  `${name}:${REALM}:${md5(`${name}:${REALM}:${password}`)}\n`

const LOADED = [
  ...['mpm_event', 'ssl', 'headers', 'proxy', 'proxy_http', 'auth_digest'],
  ...['authn_core', 'authn_file', 'authz_core', 'authz_user'],
]

const configure = (directory: string, { to, port, secret }: ApacheOptions): string => `
ServerRoot "${directory}"
ServerName localhost
PidFile "${directory}/apache.pid"
DefaultRuntimeDir "${directory}"
ErrorLog "${directory}/error.log"
Mutex file:${directory} default
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
Listen 127.0.0.1:${port}
${LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
StartServers 1
ThreadsPerChild 8
MaxRequestWorkers 8
ServerLimit 1
MinSpareThreads 1
MaxSpareThreads 8
SSLEngine on
SSLCertificateFile "${directory}/certificate.pem"
SSLCertificateKeyFile "${directory}/key.pem"
SSLSessionCache none
ProxyPreserveHost On
ProxyPass "/" "http://127.0.0.1:${to}/"
RequestHeader unset X-Remote-User
RequestHeader unset X-Windfall-Proxy-Secret
<Location "/enroll">
  AuthType Digest
  AuthName "${REALM}"
  AuthDigestProvider file
  AuthUserFile "${directory}/people"
  Require valid-user
  RequestHeader set X-Remote-User "expr=%{REMOTE_USER}"
  RequestHeader set X-Windfall-Proxy-Secret "${secret}"
  RequestHeader unset Authorization
</Location>
`

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** Asks as somebody who signs in by HTTP Digest (RFC 7616 §3.4) once the server wants it. */
export const requestByDigest = async (
  server: Reachable,
  path: string,
  { name, password, ...options }: RequestOptions & Person,
): Promise<Answer> => {
  const first = await request(server, path, options)
  const challenge = first.headers['www-authenticate']
  if (first.status !== 401 || challenge === undefined) return first
  const value = (key: string): string => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const [realm, nonce] = [value('realm'), value('nonce')]
  const cnonce = randomBytes(8).toString('hex')
  const secret = md5(`${name}:${realm}:${password}`)
  const asked = md5(`${options.method ?? 'GET'}:${path}`)
  const response = md5(`${secret}:${nonce}:00000001:${cnonce}:auth:${asked}`)
  const authorization =
    `Digest username="${name}", realm="${realm}", nonce="${nonce}", uri="${path}", qop=auth, ` +
    `nc=00000001, cnonce="${cnonce}", response="${response}", algorithm=MD5`
  return await request(server, path, { ...options, headers: { ...options.headers, authorization } })
}
