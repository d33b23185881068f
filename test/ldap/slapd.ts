import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { certifyLocalhost } from '../oidc/tls.ts'

const run = promisify(execFile)
const PROGRAM = '/usr/sbin/slapd'

export const skipWithoutSlapd: string | false = existsSync(PROGRAM)
  ? false
  : 'slapd is not installed'

export const BASE = 'dc=example,dc=org'
export const PEOPLE = `ou=people,${BASE}`
export const GROUPS = `ou=groups,${BASE}`
/** As whom windfall searches. */
export const SERVICE = { dn: `cn=windfall,${BASE}`, password: 'service password' } as const

/** A real OpenLDAP server on loopback, with TLS and the memberOf overlay. */
export interface Slapd extends AsyncDisposable {
  readonly port: number
  readonly tlsPort: number
  /** Changes what it holds, as LDIF with `changetype`, else as new entries. */
  modify(ldif: string): Promise<void>
  /** Ends it at once, as the kernel does. */
  kill(): Promise<void>
  start(): Promise<void>
}

export interface SlapdOptions {
  /** Entries beside the tree and the service account. */
  readonly ldif?: string
  /** More lines for its database. */
  readonly settings?: string
}

export const startSlapd = async ({
  ldif = '',
  settings = '',
}: SlapdOptions = {}): Promise<Slapd> => {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'windfall-slapd-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'data'))
  const { key, cert } = certifyLocalhost()
  await writeFile(join(directory, 'key.pem'), key)
  await writeFile(join(directory, 'cert.pem'), cert)
  await writeFile(join(directory, 'slapd.conf'), configure(directory, settings))
  const conf = join(directory, 'slapd.conf')
  const [port, tlsPort] = [await freePort(), await freePort()]
  const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`
  let process: ReturnType<typeof spawn> | undefined
  const start = async (): Promise<void> => {
    process = spawn(PROGRAM, ['-h', urls, '-f', conf, '-d', '0'], { stdio: 'ignore' })
    for (const each of [port, tlsPort]) await listening(each)
  }
  const kill = async (): Promise<void> => {
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    await ended
  }
  const modify = async (text: string): Promise<void> => {
    const file = join(directory, 'change.ldif')
    await writeFile(file, text)
    const as = ['-x', '-D', `cn=admin,${BASE}`, '-w', 'admin', '-H', `ldap://127.0.0.1:${port}`]
    await run('ldapmodify', [...as, '-a', '-f', file])
  }
  await start()
  stack.defer(kill)
  await modify(`${TREE}\n${ldif}`)
  const owned = stack.move()
  return { port, tlsPort, modify, kill, start, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const configure = (directory: string, settings: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9999 NAME 'msUser' SUP top AUXILIARY MAY userAccountControl )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${directory}/slapd.pid
TLSCertificateFile ${directory}/cert.pem
TLSCertificateKeyFile ${directory}/key.pem
allow bind_anon_cred bind_anon_dn
sizelimit unlimited
database mdb
maxsize 268435456
suffix "${BASE}"
rootdn "cn=admin,${BASE}"
rootpw admin
directory ${directory}/data
dbnosync
index objectClass,uid,mail,entryUUID,member eq
limits dn.exact="${SERVICE.dn}" size=unlimited
${settings}
overlay memberof
memberof-group-oc groupOfNames
`

const TREE = `dn: ${BASE}
objectClass: domain
dc: example

dn: ${PEOPLE}
objectClass: organizationalUnit
ou: people

dn: ${GROUPS}
objectClass: organizationalUnit
ou: groups

dn: ${SERVICE.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: windfall
userPassword: ${SERVICE.password}
`

/** A person as LDIF. The password is their name and `-secret`. */
export const personLdif = (uid: string, more = ''): string => `
dn: uid=${uid},${PEOPLE}
objectClass: inetOrgPerson
objectClass: msUser
uid: ${uid}
cn: ${uid.charAt(0).toUpperCase()}${uid.slice(1)} Example
sn: Example
mail: ${uid}@example.org
userPassword: ${uid}-secret
${more}
`

export const groupLdif = (cn: string, ...members: readonly string[]): string => `
dn: cn=${cn},${GROUPS}
objectClass: groupOfNames
cn: ${cn}
${members.map((dn) => `member: ${dn}`).join('\n')}
`

export const personDn = (uid: string): string => `uid=${uid},${PEOPLE}`
export const groupDn = (cn: string): string => `cn=${cn},${GROUPS}`

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const listening = async (port: number): Promise<void> => {
  for (let tries = 0; tries < 400; tries++) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isThere) return
    await wait(25)
  }
  throw new Error('slapd does not listen')
}
