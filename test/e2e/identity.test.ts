import assert from 'node:assert/strict'
import { after } from 'node:test'
import type { TestServer } from '../harness.ts'
import { startHostileProvider } from '../oidc/hostile-provider.ts'
import { begin, comeBack, configureOidc, sessionIn } from '../oidc/visit.ts'
import { readJson } from '../operator.ts'
import type { Answer } from '../request.ts'
import { addOperator, isIn, OPERATOR_PASSWORD, trySignIn } from '../signed-in.ts'
import { bySession, newestAudit, testOnServers } from '../speak.ts'

const provider = await startHostileProvider(() => Date.now())
const { issuer } = provider
const configured = configureOidc(issuer)
after(async () => {
  configured[Symbol.dispose]()
  await provider[Symbol.asyncDispose]()
})

const signInAs = async (server: TestServer, sub: string): Promise<Answer> => {
  provider.person = { sub }
  const { url, pending } = await begin(server)
  return await comeBack(server, provider.authorize(url), pending)
}

testOnServers(
  'an owner links an operator to an identity, and takes the link away, with its sessions',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    await addOperator(server, 'helpdesk', 'hugo')
    const speak = await bySession(server, 'olga')
    assert.equal((await signInAs(server, 'sub-of-hugo')).status, 403)
    assert.partialDeepStrictEqual(await newestAudit(server), {
      code: 'oidc_unknown',
      detail: { issuer, subject: 'sub-of-hugo' },
    })

    const identity = { issuer, subject: 'sub-of-hugo' }
    const link = { subject: 'sub-of-hugo' }
    const linked = await speak('POST', '/operators/hugo/identity', link)
    assert.deepEqual(readJson<{ identity: unknown }>(linked).identity, identity)
    assert.partialDeepStrictEqual(await newestAudit(server), {
      action: 'operator.link',
      after: { name: 'hugo', identity },
    })
    assert.equal((await speak('POST', '/operators/olga/identity', link)).code, 'identity_taken')

    const session = sessionIn(await signInAs(server, 'sub-of-hugo')) ?? ''
    assert.equal(await isIn(server, session), true)
    // The password is another way in, and stays one.
    assert.equal((await trySignIn(server, 'hugo')).status, 303)
    const unlinked = await speak('DELETE', '/operators/hugo/identity')
    assert.equal(readJson<{ identity: unknown }>(unlinked).identity, null)
    assert.equal((await newestAudit(server))?.action, 'operator.unlink')
    assert.equal(await isIn(server, session), false)
    assert.equal((await signInAs(server, 'sub-of-hugo')).status, 403)
  },
  configured.env,
)

testOnServers(
  'an operator without a password comes with their identity only, and leaves when disabled',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    const speak = await bySession(server, 'olga')
    const ada = { name: 'ada', role: 'auditor', identity: { subject: 'sub-of-ada' } }
    assert.equal((await speak('POST', '/operators', ada)).status, 201)
    assert.equal((await speak('POST', '/operators', { ...ada, name: 'x' })).code, 'identity_taken')
    for (const password of ['', 'null', OPERATOR_PASSWORD]) {
      assert.equal((await trySignIn(server, 'ada', { password })).status, 403)
    }
    const session = sessionIn(await signInAs(server, 'sub-of-ada')) ?? ''
    assert.equal(await isIn(server, session), true)
    assert.equal((await speak('DELETE', '/operators/ada')).status, 200)
    assert.equal(await isIn(server, session), false)
    assert.equal((await signInAs(server, 'sub-of-ada')).status, 403)
    assert.equal((await newestAudit(server))?.code, 'oidc_disabled')
  },
  configured.env,
)

testOnServers('says what is wrong with an identity, and who may link one', async (server) => {
  await addOperator(server, 'owner', 'olga')
  const olga = await bySession(server, 'olga')
  const path = '/operators/olga/identity'
  for (const [code, identity] of [
    ['input', {}],
    ['input', { subject: 1 }],
    ['input', { subject: 'x', email: 'olga@example.com' }],
    ['issuer_missing', { subject: 'x' }],
    ['identity_malformed', { issuer, subject: '' }],
    ['identity_malformed', { issuer, subject: 'x'.repeat(256) }],
    ['identity_malformed', { issuer, subject: 'n\0l' }],
    ['identity_malformed', { issuer: 'nowhere', subject: 'x' }],
  ] as const) {
    const answer = await olga('POST', path, identity)
    assert.deepEqual([answer.status, answer.code], [400, code], JSON.stringify(identity))
  }
  const nobody = { name: 'x', role: 'auditor' }
  assert.equal((await olga('POST', '/operators', nobody)).code, 'credentials_missing')
  await addOperator(server, 'administrator', 'adam')
  const adam = await bySession(server, 'adam')
  const own = await adam('POST', '/operators/adam/identity', { issuer, subject: 'x' })
  assert.equal(own.code, 'permission_missing')
})
