import { createServer } from 'node:https'
import { Provider } from 'oidc-provider'
import { makeKey } from '../codec/holder.ts'
import { CLIENT } from './hostile-provider.ts'
import { certifyLocalhost } from './tls.ts'

/** A certified OpenID provider, in which everybody has the password that they type. */
export interface RealProvider extends AsyncDisposable {
  readonly issuer: string
  /** Begins to answer, for a client with this redirect URI. */
  open(redirectUri: string): void
  /** Answers no more. */
  close(): Promise<void>
}

/** `groupsOf` says which groups somebody is in, at the UserInfo endpoint only. */
export const startRealProvider = async (
  groupsOf: (subject: string) => readonly string[],
): Promise<RealProvider> => {
  const server = createServer(certifyLocalhost())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `https://localhost:${address.port}`
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    issuer,
    open(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [redirectUri],
          },
        ],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
        findAccount: (_context: unknown, subject: string) => ({
          accountId: subject,
          claims: () => ({
            sub: subject,
            email: `${subject}@example.com`,
            email_verified: true,
            groups: groupsOf(subject),
          }),
        }),
        cookies: { keys: ['a key for tests'] },
        jwks: { keys: [{ ...makeKey('rsa-2048').export({ format: 'jwk' }), use: 'sig' }] },
        pkce: { required: () => true },
        ttl: {
          AccessToken: 60,
          AuthorizationCode: 60,
          Grant: 60,
          IdToken: 60,
          Interaction: 60,
          Session: 60,
        },
      })
      const answer = provider.callback()
      server.on('request', (request, response) => void answer(request, response))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
