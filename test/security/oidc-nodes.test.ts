import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHostileProvider } from '../oidc/hostile-provider.ts'
import { begin, comeBack, configureOidc, sessionIn } from '../oidc/visit.ts'
import { isIn } from '../signed-in.ts'
import { openTwin, skipWithoutTwin } from './twin.ts'

const provider = await startHostileProvider(() => Date.now())
after(() => provider[Symbol.asyncDispose]())

test('a sign-in that began on one server ends on another, once on both [security W1]', {
  skip: skipWithoutTwin,
}, async () => {
  const { issuer } = provider
  using configured = configureOidc(issuer)
  await using twin = await openTwin({
    ...configured.env,
    WINDFALL_PUBLIC_URL: 'https://mdm.example.com',
  })
  const { left, right } = twin
  await left.server.app.core.services.operators.add(
    { name: 'olga', role: 'owner', identity: { issuer, subject: '1' } },
    { name: 'owner', origin: undefined },
  )
  provider.person = { sub: '1' }
  const { url, pending } = await begin(left.wire)
  const query = provider.authorize(url)
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      comeBack(index % 2 === 0 ? right.wire : left.wire, query, pending),
    ),
  )
  const sessions = answers.map(sessionIn).filter((session) => session !== undefined)
  assert.equal(sessions.length, 1)
  assert.equal(await isIn(left.wire, sessions[0] ?? ''), true)
  assert.equal(await isIn(right.wire, sessions[0] ?? ''), true)
})
