import { type Ask, createLdapClient, type LdapSession } from '../../client/ldap/index.ts'
import type { Outbound } from '../../client/outbound/index.ts'
import { randomToken } from '../../keys/index.ts'
import type { Clock, LdapSettings } from '../../model/index.ts'
import type { Credentials } from '../credential/index.ts'
import { calledIn, everybodyIn, isCalled } from './ldap-person.ts'
import { tryLdap } from './ldap-trial.ts'
import { judge } from './ldap-verdict.ts'
import { type Person, refusing, type Source, type Verdict } from './source.ts'

export interface SourceOptions {
  readonly secret: string | undefined
  readonly outbound: Outbound
  readonly clock: Clock
  /** Milliseconds for one sign-in. */
  readonly deadlineMs: number
}

export const createLdapSource = (settings: LdapSettings, options: SourceOptions): Source => {
  const client = createLdapClient({ ...options, settings })
  return {
    signIn: (credentials) => client.run((session) => signIn(session, settings, credentials)),
    probe: async () => {
      await client.run((session) => session.search({ ...everybodyIn(settings), sizeLimit: 1 }))
    },
    async *everybody() {
      const search = (ask: Ask) => client.run((session) => session.search(ask))
      for await (const entries of client.pages(everybodyIn(settings))) {
        const people: Person[] = []
        for (const entry of entries) {
          const verdict = await judge(search, settings, entry)
          if (verdict.kind === 'vouched') people.push(verdict.person)
        }
        yield people
      }
    },
    try: (name) => tryLdap(client, settings, name),
    connection: client.connection,
    [Symbol.dispose]: () => client[Symbol.dispose](),
  }
}

const signIn = async (
  session: LdapSession,
  settings: LdapSettings,
  { name: given, password }: Credentials,
): Promise<Verdict> => {
  const name = given.trim()
  const [entry, second] = await session.search(calledIn(settings, name))
  const isOne = entry !== undefined && second === undefined
  if (!isOne || !isCalled(entry, settings, name)) {
    await bindNobody(session, settings)
    const isSeveral = second !== undefined
    return refusing(isSeveral ? 'directory_name_ambiguous' : 'directory_name_unknown')
  }
  const isLetIn = await session.isLetIn({ dn: entry.dn, password })
  if (!isLetIn) return refusing('directory_password_wrong')
  return await judge(session.search, settings, entry)
}

// Who is not there costs as much as whose password is wrong. No password of anybody is said to a name of nobody.
const bindNobody = async (session: LdapSession, { base }: LdapSettings): Promise<void> => {
  const nobody = randomToken()
  await session.isLetIn({ dn: `cn=${nobody},${base}`, password: nobody })
}
