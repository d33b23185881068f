import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutbound } from '../../src/client/outbound/index.ts'
import { loadConfig } from '../../src/config/index.ts'
import { loadMasterKey } from '../../src/keys/index.ts'
import { DIRECTORY_SETTINGS, type LdapSettings } from '../../src/model/index.ts'
import { createAccountService, createSignIn, type SignIn } from '../../src/service/account/index.ts'
import { createDirectoryService, type DirectoryService } from '../../src/service/directory/index.ts'
import { OWNER } from '../../src/service/journal/index.ts'
import { createMeter } from '../../src/service/metrics/index.ts'
import { type Db, listAudit } from '../../src/store/index.ts'
import { type Dialect, openOn } from '../dialect.ts'
import { createTestClock, type TestClock } from '../harness.ts'
import { ROOT } from '../oidc/tls.ts'
import { PEOPLE, SERVICE } from './slapd.ts'

export const ORIGIN = { remoteAddress: '192.0.2.1', userAgent: null } as const
export const BY_OWNER = { by: OWNER } as const

/** The services of a server that directories are a part of, with its database. */
export interface Scene extends AsyncDisposable {
  readonly db: Db
  readonly clock: TestClock
  readonly directories: DirectoryService
  readonly accounts: ReturnType<typeof createAccountService>
  readonly signIn: SignIn['password']
}

export const openScene = async (
  dialect: Dialect,
  {
    deadlineMs = 8_000,
    roots = false,
  }: {
    readonly deadlineMs?: number
    /** Whether `localhost` is certified for all that windfall asks. */
    readonly roots?: boolean
  } = {},
): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'windfall-test-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const { db } = stack.use(await openOn(dialect))
  const clock = createTestClock()
  const masterKey = loadMasterKey(join(directory, 'master.key'), { create: true })
  const outbound = createOutbound({
    allow: { names: ['localhost'], networks: [] },
    ca: roots ? ROOT : undefined,
  })
  const directories = stack.use(
    createDirectoryService({ db, masterKey, clock, outbound, deadlineMs }),
  )
  const { askElsewhere } = directories
  const owned = stack.move()
  return {
    ...{ db, clock, directories },
    accounts: createAccountService({ db, clock, meter: createMeter() }),
    signIn: createSignIn({
      ...{ db, clock, masterKey, askElsewhere },
      ...{ config: loadConfig({ env: {} }), provider: undefined, publicUrl: 'https://localhost' },
    }).password,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Settings for the directory of `startSlapd`, as the API would read them. */
export const ldapSettings = (
  servers: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): { readonly ldap: LdapSettings } => {
  const { ldap } = DIRECTORY_SETTINGS.parse({
    ldap: { servers, ca: ROOT, bindDn: SERVICE.dn, base: PEOPLE, ...more },
  })
  if (ldap === undefined) throw new Error('no settings')
  return { ldap }
}

/** Adds it, with the password of the service account. */
export const givenDirectory = (
  { directories }: Scene,
  settings: ReturnType<typeof ldapSettings>,
  name = 'staff',
) => directories.add({ name, settings, secret: SERVICE.password }, BY_OWNER)

/** The codes and reasons of refused sign-ins, the newest first. */
export const refusals = async (db: Db): Promise<readonly unknown[]> => {
  const lines = await listAudit(db, { limit: 100, action: 'account.sign_in' })
  return lines.map(({ detail: { reason = null } }) => reason)
}
