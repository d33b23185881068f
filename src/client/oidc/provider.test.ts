import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, test } from 'node:test'
import { CLIENT, type Endpoint, startHostileProvider } from '../../../test/oidc/hostile-provider.ts'
import { ROOT } from '../../../test/oidc/tls.ts'
import { systemClock } from '../../model/index.ts'
import { createOutbound } from '../outbound/index.ts'
import { createProvider } from './provider.ts'

const hostile = await startHostileProvider(Date.now)
after(() => hostile[Symbol.asyncDispose]())

const DEADLINE_MS = 300
const TICKET = {
  ...{ state: 's', nonce: 'n', verifier: 'v'.repeat(43) },
  redirectUri: 'https://mdm.example.com/console/sign-in/oidc/callback',
}

const open = (deadlineMs: number) =>
  createProvider({
    issuer: hostile.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: 'openid',
    deadlineMs,
    readsUserInfo: true,
    outbound: createOutbound({ allow: { names: ['localhost'], networks: [] }, ca: ROOT }),
    clock: systemClock,
  })

const trickle = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

/** How the browser comes back from an honest provider. */
const visit = async (): Promise<URLSearchParams> => {
  hostile.play({})
  hostile.person = { sub: 'known' }
  return new URLSearchParams(hostile.authorize(await open(10_000).authorizationUrl(TICKET)))
}

for (const [name, answer] of [
  ['silence', () => {}],
  ['an endless answer', trickle],
] as const) {
  for (const endpoint of ['discovery', 'token', 'keys', 'userinfo'] as const satisfies Endpoint[]) {
    test(`${name} at ${endpoint} ends with the deadline of the whole step [security W1]`, async () => {
      const back = await visit()
      hostile.play({ answer: { [endpoint]: answer } })
      const provider = open(DEADLINE_MS)
      await assert.rejects(provider.redeem(back, TICKET), { code: 'outbound_timeout' })
      assert.equal(provider.connection().lastError?.code, 'outbound_timeout')
    })
  }
}

test('vouches for whom an honest provider does', async () => {
  const { issuer, subject } = await open(10_000).redeem(await visit(), TICKET)
  assert.deepEqual({ issuer, subject }, { issuer: hostile.issuer, subject: 'known' })
})
