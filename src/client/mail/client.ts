import type { Socket } from 'node:net'
import { getCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import { ServiceError } from '../../errors.ts'
import { type Clock, type Connection, failed, succeeded, UNTRIED } from '../../model/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { type MailFault, toFault } from './fault.ts'

/** The mail server that takes what is sent. */
export interface MailSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte, by STARTTLS always, by STARTTLS where the server offers it, or not at all. */
  readonly tls: 'implicit' | 'required' | 'opportunistic' | 'off'
  readonly user: string | undefined
  readonly password: string | undefined
  /** An address, with or without a name before it: `Windfall <it@example.com>`. */
  readonly from: string
  readonly replyTo: string | undefined
  /** What windfall calls itself to the server. */
  readonly name: string
}

interface MailClientOptions {
  readonly settings: MailSettings
  readonly outbound: Outbound
  /** Roots that the server may chain to beside the well-known ones, PEM. */
  readonly ca: string | undefined
  readonly clock: Clock
  /** Milliseconds for one message, from the connection to its end. */
  readonly deadlineMs?: number
}

interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
}

/** What a mail server has said to a message; `later` and `refused` with a stable code. */
type MailOutcome = { readonly kind: 'sent' } | MailFault

/** Hands mail to a server by SMTP (RFC 5321): one message on one connection. */
interface MailClient {
  send(mail: Mail, signal: AbortSignal): Promise<MailOutcome>
  /** How it went with the server the last time. */
  connection(): Connection
}

const DEADLINE = 45_000

export const createMailClient = (options: MailClientOptions): MailClient => {
  let current: Connection = UNTRIED
  return {
    async send(mail, signal) {
      const outcome = await attempt(options, mail, signal)
      const at = options.clock.now()
      if (outcome.kind === 'sent') current = succeeded(current, at)
      // What is wrong with one recipient says nothing of the server.
      else if (outcome.kind === 'refused') current = succeeded(current, at)
      else current = failed(current, { at, code: outcome.code, isAway: outcome.isAway })
      return outcome
    },
    connection: () => current,
  }
}

/** One address, without a name, and nothing that could be taken for two. */
const ADDRESS = /^[^\s@<>",;:()[\]\\\p{C}]{1,64}@[^\s@<>",;:()[\]\\\p{C}]{1,255}$/u

const attempt = async (
  options: MailClientOptions,
  mail: Mail,
  signal: AbortSignal,
): Promise<MailOutcome> => {
  if (!ADDRESS.test(mail.to)) return { kind: 'refused', code: 'mail_address' }
  const until = AbortSignal.any([signal, AbortSignal.timeout(options.deadlineMs ?? DEADLINE)])
  try {
    await hand(options, mail, until)
    return { kind: 'sent' }
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'later', code: error.code, isAway: true }
    if (until.aborted) return { kind: 'later', code: 'mail_timeout', isAway: true }
    return toFault(error)
  }
}

const hand = async (
  { settings, outbound, ca }: MailClientOptions,
  mail: Mail,
  signal: AbortSignal,
): Promise<void> => {
  const { host, port, tls, user, password } = settings
  const plain = await outbound.connect({ host, port, signal })
  const isImplicit = tls === 'implicit'
  const connection: Socket = isImplicit ? await outbound.secure(plain, { host, signal }) : plain
  const end = (): void => void connection.destroy()
  signal.addEventListener('abort', end)
  const transport = createTransport({
    ...{ host, port, name: settings.name, secure: isImplicit, secured: isImplicit },
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'off',
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    tls: {
      servername: host,
      minVersion: 'TLSv1.2',
      // A server without a good certificate may still do TLS where TLS is not asked for.
      rejectUnauthorized: tls !== 'opportunistic',
      ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    },
    getSocket: (_options, done) => done(null, { connection }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    signal.throwIfAborted()
    await transport.sendMail({
      from: settings.from,
      ...(settings.replyTo !== undefined && { replyTo: settings.replyTo }),
      to: { name: '', address: mail.to },
      subject: oneLine(mail.subject),
      messageId: `<${mail.messageId}>`,
      text: mail.text,
      html: mail.html,
      // RFC 3834 §5: nobody's absence is answered to us.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  } finally {
    signal.removeEventListener('abort', end)
    transport.close()
    connection.destroy()
  }
}

// A header ends with its line.
const oneLine = (text: string): string => text.replaceAll(/\p{C}+/gu, ' ')
