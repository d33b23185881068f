import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { certifyLocalhost } from '../oidc/tls.ts'

/** A mail as it arrived. */
export interface Arrived {
  readonly to: readonly string[]
  readonly from: string
  readonly isSecure: boolean
  readonly user: string | undefined
  /** As it was sent, unfolded. */
  readonly headers: ReadonlyMap<string, string>
  readonly raw: string
}

export interface MailServer extends AsyncDisposable {
  readonly port: number
  /** All that it has answered 250 to, or would have. */
  readonly arrived: readonly Arrived[]
}

interface MailServerOptions {
  readonly port?: number
  /** PEM; each process has a CA of its own. */
  readonly tls?: ReturnType<typeof certifyLocalhost>
  /** TLS from the first byte. */
  readonly isImplicit?: boolean
  /** Whether it offers STARTTLS. */
  readonly offersTls?: boolean
  readonly password?: string
  /** Asked for each recipient, and for the message with `data`: an SMTP answer that is not 250. */
  readonly refuse?: (recipient: string, at: 'rcpt' | 'data') => number | undefined
  /** Whether the connection ends when the message has arrived, before the answer. */
  readonly losesAnswer?: (mail: Arrived) => boolean
}

/** A real SMTP server on loopback, with a certificate for `localhost` of the company's own CA. */
export const startMailServer = async (options: MailServerOptions = {}): Promise<MailServer> => {
  const { port = 0, isImplicit = false, offersTls = true, password, refuse, losesAnswer } = options
  const arrived: Arrived[] = []
  const sessions = new Set<SMTPServerSession>()
  const server = new SMTPServer({
    ...(options.tls ?? certifyLocalhost()),
    secure: isImplicit,
    authOptional: password === undefined,
    disabledCommands: offersTls || isImplicit ? [] : ['STARTTLS'],
    allowInsecureAuth: false,
    logger: false,
    closeTimeout: 200,
    disableReverseLookup: true,
    onAuth: ({ username, password: given }, _session, done) =>
      given === password ? done(null, { user: username ?? '' }) : done(new Error('not you')),
    onConnect(session, done) {
      sessions.add(session)
      done()
    },
    onRcptTo({ address }, _session, done) {
      const code = refuse?.(address, 'rcpt')
      done(code === undefined ? null : withCode(code))
    },
    onData(stream, session, done) {
      void readAll(stream).then((raw) => {
        const mail = toArrived(raw, session)
        const code = mail.to.map((to) => refuse?.(to, 'data')).find((each) => each !== undefined)
        if (code !== undefined) return done(withCode(code))
        arrived.push(mail)
        if (losesAnswer?.(mail)) return end(session)
        return done()
      })
    },
  })
  const end = ({ id }: SMTPServerSession): void => {
    for (const connection of connectionsOf(server)) if (connection.id === id) connection.close()
  }
  server.on('error', () => {})
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const address: AddressInfo | string | null = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arrived,
    async [Symbol.asyncDispose]() {
      for (const connection of connectionsOf(server)) connection.close()
      await new Promise<void>((closed) => server.close(closed))
    },
  }
}

interface Connection {
  readonly id: string
  close(): void
}

/** The library keeps them, and does not say so. */
const connectionsOf = (server: SMTPServer): readonly Connection[] => {
  const connections: unknown = Reflect.get(server, 'connections')
  return connections instanceof Set ? [...connections] : []
}

const withCode = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode })

const readAll = async (stream: SMTPServerDataStream): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

const toArrived = (raw: string, session: SMTPServerSession): Arrived => {
  const { mailFrom, rcptTo } = session.envelope
  const [head = ''] = raw.split('\r\n\r\n', 1)
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return {
    to: rcptTo.map(({ address }) => address),
    from: mailFrom === false ? '' : mailFrom.address,
    isSecure: session.secure,
    user: typeof session.user === 'string' ? session.user : undefined,
    headers: new Map(
      lines.map((line) => {
        const cut = line.indexOf(':')
        return [line.slice(0, cut).toLowerCase(), line.slice(cut + 1).trim()]
      }),
    ),
    raw,
  }
}

/** The part of a mail that is of a type, decoded. */
export const partOf = ({ raw }: Arrived, type: 'text/plain' | 'text/html'): string => {
  const part = raw.split(/\r\n--[^\r\n]+/).find((each) => each.includes(`Content-Type: ${type}`))
  if (part === undefined) throw new Error(`the mail has no ${type}`)
  const cut = part.indexOf('\r\n\r\n')
  const [head, body] = [part.slice(0, cut), part.slice(cut + 4)]
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  const bytes = /quoted-printable/i.test(head)
    ? body
        .replaceAll(/=\r\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        )
    : body
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
