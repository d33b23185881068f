import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMailServer } from '../../../test/mail/server.ts'
import { ROOT } from '../../../test/oidc/tls.ts'
import { NOW } from '../../../test/rows.ts'
import { createOutbound } from '../outbound/index.ts'
import { createMailClient, type MailSettings } from './index.ts'

const allow = { names: ['localhost'], networks: [] }
const clock = { now: () => NOW }
const forever = new AbortController().signal

const clientOf = (
  settings: Partial<MailSettings> & Pick<MailSettings, 'port'>,
  { isAllowed = true, isTrusted = true, deadlineMs = 10_000 } = {},
) => {
  const ca = isTrusted ? ROOT : undefined
  return createMailClient({
    settings: {
      ...{ host: 'localhost', tls: 'required', user: undefined, password: undefined },
      ...{ from: 'Example IT <it@example.com>', replyTo: undefined, name: 'mdm.example.com' },
      ...settings,
    },
    outbound: createOutbound({ allow: isAllowed ? allow : { names: [], networks: [] }, ca }),
    ...{ ca, clock, deadlineMs },
  })
}

const MAIL = {
  to: 'anna@example.com',
  subject: 'Ihr Gerät einrichten',
  text: 'Guten Tag\n',
  html: '<p>Guten Tag</p>',
  messageId: 'job_1.1@mdm.example.com',
}

for (const [tls, isImplicit] of [
  ['required', false],
  ['implicit', true],
] as const) {
  test(`hands a mail over with TLS, signed in (${tls})`, async () => {
    await using server = await startMailServer({ isImplicit, password: 'open sesame' })
    const { port } = server
    const client = clientOf({ port, tls, user: 'windfall', password: 'open sesame' })
    assert.equal(client.connection().state, 'untried')
    assert.deepEqual(await client.send(MAIL, forever), { kind: 'sent' })
    const [mail] = server.arrived
    assert.deepEqual(
      [mail?.isSecure, mail?.user, mail?.from, mail?.to],
      [true, 'windfall', 'it@example.com', ['anna@example.com']],
    )
    assert.equal(mail?.headers.get('message-id'), '<job_1.1@mdm.example.com>')
    assert.equal(mail?.headers.get('auto-submitted'), 'auto-generated')
    assert.match(mail?.headers.get('subject') ?? '', /^=\?UTF-8\?/)
    assert.equal(client.connection().state, 'up')
  })
}

test('does nothing where TLS is missing, or not proved', async () => {
  await using plain = await startMailServer({ offersTls: false })
  const { port } = plain
  const code = async (client: ReturnType<typeof clientOf>) => {
    const outcome = await client.send(MAIL, forever)
    return outcome.kind === 'later' ? outcome.code : outcome.kind
  }
  assert.equal(await code(clientOf({ port })), 'mail_tls')
  assert.equal(await code(clientOf({ port, tls: 'implicit' })), 'outbound_tls')
  await using secured = await startMailServer()
  assert.equal(await code(clientOf({ port: secured.port }, { isTrusted: false })), 'mail_tls')
  assert.deepEqual([plain.arrived.length, secured.arrived.length], [0, 0])
  assert.equal(await code(clientOf({ port, tls: 'off' })), 'sent')
  assert.equal(await code(clientOf({ port, tls: 'opportunistic' })), 'sent')
  assert.equal(await code(clientOf({ port: secured.port, tls: 'opportunistic' })), 'sent')
  assert.equal(secured.arrived[0]?.isSecure, true)
})

test('connects to no address that is not allowed [security W11]', async () => {
  await using server = await startMailServer()
  const client = clientOf({ port: server.port }, { isAllowed: false })
  const outcome = await client.send(MAIL, forever)
  assert.deepEqual(outcome, { kind: 'later', code: 'outbound_address', isAway: true })
  assert.equal(client.connection().state, 'down')
})

test('tells what is for now from what is for good, and a server that is away from one that refuses', async () => {
  const refuse = (to: string, at: 'rcpt' | 'data') => {
    const [name, when] = to.split(/[.@]/)
    return when === at ? Number(name) : undefined
  }
  await using server = await startMailServer({
    refuse,
    password: 'open sesame',
    losesAnswer: ({ to }) => to[0] === 'lost@example.com',
  })
  const signedIn = { port: server.port, user: 'windfall', password: 'open sesame' }
  const to = async (address: string, settings: Parameters<typeof clientOf>[0] = signedIn) => {
    const client = clientOf(settings)
    const outcome = await client.send({ ...MAIL, to: address }, forever)
    return [outcome.kind, outcome.kind === 'sent' ? '' : outcome.code, client.connection().state]
  }
  assert.deepEqual(await to('450.rcpt@example.com'), ['later', 'mail_deferred', 'up'])
  assert.deepEqual(await to('451.data@example.com'), ['later', 'mail_deferred', 'up'])
  assert.deepEqual(await to('550.rcpt@example.com'), ['refused', 'mail_recipient_refused', 'up'])
  assert.deepEqual(await to('554.data@example.com'), ['refused', 'mail_message_refused', 'up'])
  assert.deepEqual(await to('lost@example.com'), ['later', 'mail_unreachable', 'down'])
  const stranger = { ...signedIn, password: 'wrong' }
  assert.deepEqual(await to('anna@example.com', stranger), ['later', 'mail_sign_in', 'up'])
  const { port } = server
  await server[Symbol.asyncDispose]()
  assert.deepEqual(await to('anna@example.com', { port }), ['later', 'outbound_failed', 'down'])
})

test('an address is one address, and a header one line [security W6]', async () => {
  await using server = await startMailServer()
  const client = clientOf({ port: server.port })
  for (const address of [
    ...['anna@example.com, eve@example.com', 'anna@example.com\r\nBcc: eve@example.com', 'anna'],
    ...['Anna <anna@example.com>', '<anna@example.com>', '', '@example.com', 'a b@example.com'],
    ...[
      'anna@example.com\u0000',
      'anna@exa\u202emple.com',
      '"a,b"@example.com',
      'a:b@example.com;',
    ],
  ]) {
    const outcome = await client.send({ ...MAIL, to: address }, forever)
    assert.deepEqual(outcome, { kind: 'refused', code: 'mail_address' }, address)
  }
  assert.equal(server.arrived.length, 0)
  const subject = 'Hello\r\nBcc: eve@example.com\r\n\r\nMore'
  assert.deepEqual(await client.send({ ...MAIL, subject }, forever), { kind: 'sent' })
  const [mail] = server.arrived
  assert.deepEqual(mail?.to, ['anna@example.com'])
  assert.equal(mail?.headers.get('bcc'), undefined)
  assert.equal(mail?.headers.get('subject'), 'Hello Bcc: eve@example.com More')
})

test('a server that says nothing is left when the time is up', async () => {
  const { createServer } = await import('node:net')
  const silent = createServer(() => {})
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = clientOf({ port }, { deadlineMs: 100 })
  const outcome = await client.send(MAIL, forever)
  assert.deepEqual(outcome, { kind: 'later', code: 'mail_timeout', isAway: true })
  const told = new AbortController()
  told.abort()
  assert.equal((await client.send(MAIL, told.signal)).kind, 'later')
  await new Promise((done) => silent.close(done))
})
