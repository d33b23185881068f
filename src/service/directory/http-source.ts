import { createAuthenticator } from '../../client/authenticator/index.ts'
import { ServiceError } from '../../errors.ts'
import { type HttpSettings, nameKey } from '../../model/index.ts'
import { isName } from '../credential/index.ts'
import type { SourceOptions } from './ldap-source.ts'
import { refusing, type Source } from './source.ts'

/** A server of the organisation's own, which says yes or no. */
export const createHttpSource = (settings: HttpSettings, options: SourceOptions): Source => {
  const authenticator = createAuthenticator({ ...options, settings, secret: options.secret ?? '' })
  return {
    async signIn(credentials, { remoteAddress }) {
      const name = credentials.name.trim()
      const { password } = credentials
      const answer = await authenticator.ask({ type: 'sign_in', name, password, remoteAddress })
      if (!answer.allowed) return refusing('directory_said_no')
      const person = {
        ...{ externalId: answer.id, name: answer.name.trim(), groups: answer.groups },
        ...{ fullName: answer.fullName ?? null, email: answer.email ?? null },
        attributes: answer.attributes,
      }
      // Of somebody else nothing was asked.
      const isThem = nameKey(person.name) === nameKey(name) && isName(person.name)
      return isThem ? { kind: 'vouched', person } : refusing('directory_person_unfit')
    },
    probe: async () => {
      await authenticator.ask({ type: 'ping' })
    },
    everybody: undefined,
    async try() {
      const step = { name: 'connect' } as const
      try {
        await authenticator.ask({ type: 'ping' })
        const seen = 'it answers as agreed'
        return { steps: [{ ...step, isOk: true, seen }], person: undefined }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        const seen = `${error.detail} (${error.code})`
        return { steps: [{ ...step, isOk: false, seen }], person: undefined }
      }
    },
    connection: authenticator.connection,
    [Symbol.dispose]: () => {},
  }
}
