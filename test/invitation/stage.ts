import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import { type MailServer, startMailServer } from '../mail/server.ts'
import { ROOT } from '../oidc/tls.ts'
import { callApi, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'

export interface InvitationView {
  readonly id: string
  readonly state: string
  readonly uses: number
  readonly usesAllowed: number
  readonly batch: string | null
  readonly deliveryCode: string | null
  readonly expiresAt: string
  readonly sentAt: string | null
  readonly openedAt: string | null
  readonly startedAt: string | null
  readonly doneAt: string | null
}

/** Variables of a server that may reach programs of `localhost` that the company's own CA certifies. */
export const reachingLocalhost = () => {
  const directory = mkdtempSync(join(tmpdir(), 'windfall-test-'))
  const caFile = join(directory, 'root.pem')
  writeFileSync(caFile, ROOT)
  return {
    env: { WINDFALL_OUTBOUND__ALLOW: 'localhost', WINDFALL_OUTBOUND__CA_FILE: caFile },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

export const mailVariables = (port: number) => ({
  WINDFALL_MAIL__URL: `smtp://localhost:${port}`,
  WINDFALL_MAIL__FROM: 'Example IT <it@example.com>',
  WINDFALL_MAIL__REPLY_TO: 'help@example.com',
})

export interface InvitationStage extends AsyncDisposable {
  readonly server: TestServer
  readonly mail: MailServer
}

/** A server, and a mail server that takes everything but what `options.mail` says. */
export const openInvitationStage = async ({
  mail: mailOptions = {},
  ...options
}: TestServerOptions & {
  readonly mail?: Parameters<typeof startMailServer>[0]
} = {}): Promise<InvitationStage> => {
  await using stack = new AsyncDisposableStack()
  const way = stack.use(reachingLocalhost())
  const mail = stack.use(await startMailServer(mailOptions))
  const env = { ...way.env, ...mailVariables(mail.port), ...options.env }
  const server = stack.use(await startTestServer({ ...options, env }))
  await server.app.core.services.accounts.change(
    'anna',
    { email: 'anna@example.com' },
    { by: { name: 'owner', origin: undefined } },
  )
  const owned = stack.move()
  return { server, mail, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const json = { 'content-type': 'application/json' }

export const postApi = (server: TestServer, path: string, body: unknown = {}): Promise<Answer> =>
  callApi(server, path, { method: 'POST', headers: json, body: JSON.stringify(body) })

export const invite = async (
  server: TestServer,
  wish: Readonly<Record<string, unknown>> = {},
): Promise<InvitationView> =>
  readJson(await postApi(server, '/invitations', { account: 'anna', channel: 'link', ...wish }))

export const readInvitation = async (server: TestServer, id: string): Promise<InvitationView> =>
  readJson(await callApi(server, `/invitations/${id}`))

export const readLink = async (
  server: TestServer,
  id: string,
): Promise<{ readonly url: string; readonly qrCode: string; readonly poster: string }> =>
  readJson(await callApi(server, `/invitations/${id}/link`))

/** What a person's browser says of itself. */
export const SAFARI = {
  accept: 'text/html,application/xhtml+xml',
  'user-agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'sec-fetch-mode': 'navigate',
}

export const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? [])
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ')

export const postForm = (
  server: TestServer,
  path: string,
  {
    fields = {},
    cookie,
  }: { readonly fields?: Readonly<Record<string, string>>; readonly cookie?: string } = {},
): Promise<Answer> =>
  request(server, path, {
    method: 'POST',
    headers: {
      ...SAFARI,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...(cookie !== undefined && { cookie }),
    },
    body: new URLSearchParams(fields).toString(),
  })
