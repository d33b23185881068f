import assert from 'node:assert/strict'
import { callApi, readJson } from '../operator.ts'
import { addOperator, OPERATOR_PASSWORD } from '../signed-in.ts'
import { bySession, listOf, newestAudit, testOnServers } from '../speak.ts'

testOnServers('an owner keeps the operators, and the audit says who did what', async (server) => {
  await addOperator(server, 'owner', 'Olga')
  const speak = await bySession(server, 'olga')
  const [olga] = await listOf<{ id: string; signedInAt: string | null }>(speak, '/operators')
  assert.ok(olga?.signedInAt)
  const hugo = { name: ' Hugo ', password: OPERATOR_PASSWORD, role: 'helpdesk' }
  const added = await speak('POST', '/operators', hugo)
  assert.equal(added.status, 201)
  assert.doesNotMatch(added.body.toString(), /argon2|password/)
  const { id } = JSON.parse(added.body.toString())
  const actor = { kind: 'operator', id: olga.id }
  const audited = { actor, subject: id, outcome: 'done', remoteAddress: '127.0.0.1' }
  const shown = { name: 'Hugo', role: 'helpdesk', disabled: false }
  const expectAudit = async (action: string, before: unknown, after: unknown): Promise<void> => {
    const line = await newestAudit(server)
    assert.partialDeepStrictEqual(line, { ...audited, action, before, after })
  }
  await expectAudit('operator.add', null, shown)

  assert.equal(
    (await speak('POST', '/operators', { ...hugo, name: 'HUGO' })).code,
    'operator_exists',
  )
  const promoted = await speak('POST', '/operators/HUGO/role', { role: 'administrator' })
  assert.equal(readJson<{ role: string }>(promoted).role, 'administrator')
  const administrator = { ...shown, role: 'administrator' }
  await expectAudit('operator.set_role', shown, administrator)

  const password = { password: 'something else' }
  assert.equal((await speak('POST', '/operators/hugo/password', password)).status, 200)
  await expectAudit('operator.set_password', administrator, administrator)

  assert.equal((await speak('DELETE', '/operators/hugo')).status, 200)
  await expectAudit('operator.disable', administrator, { ...administrator, disabled: true })
  assert.equal((await speak('DELETE', '/operators/hugo')).code, 'operator_disabled')
  assert.equal(
    (await speak('POST', '/operators/hugo/role', { role: 'owner' })).code,
    'operator_disabled',
  )
  assert.equal((await speak('DELETE', '/operators/nobody')).code, 'operator_unknown')
})

testOnServers(
  'the last owner stays, also for whoever may read the data directory',
  async (server) => {
    await addOperator(server, 'owner', 'olga')
    await addOperator(server, 'owner', 'gone')
    const speak = await bySession(server, 'olga')
    assert.equal((await speak('DELETE', '/operators/gone')).status, 200)
    for (const [method, path, body] of [
      ['DELETE', '/operators/olga'],
      ['POST', '/operators/olga/role', { role: 'administrator' }],
    ] as const) {
      assert.equal((await speak(method, path, body)).code, 'last_owner')
      const options = { method, ...(body && { body: JSON.stringify(body) }) }
      assert.equal((await callApi(server, path, options)).status, 409)
    }
    assert.equal((await speak('POST', '/operators/olga/role', { role: 'owner' })).status, 200)
  },
)

const WRONG_OPERATORS: readonly (readonly [code: string, operator: unknown])[] = [
  ['input', { name: 'x', password: OPERATOR_PASSWORD }],
  ['input', { name: 'x', password: OPERATOR_PASSWORD, role: 'god' }],
  ['input', { name: 'x', password: OPERATOR_PASSWORD, role: 'owner', id: 'opr_1' }],
  ['operator_name', { name: ' ', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'a:b', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'n\0l', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: '\ud800', password: OPERATOR_PASSWORD, role: 'owner' }],
  ['operator_name', { name: 'x'.repeat(65), password: OPERATOR_PASSWORD, role: 'owner' }],
  ['password_short', { name: 'x', password: 'elevenchars', role: 'owner' }],
  ['password_too_long', { name: 'x', password: 'x'.repeat(1025), role: 'owner' }],
]

testOnServers('says what is wrong with a new operator, and adds none', async (server) => {
  for (const [code, operator] of WRONG_OPERATORS) {
    const options = { method: 'POST', body: JSON.stringify(operator) }
    const answer = await callApi(server, '/operators', options)
    assert.equal(JSON.parse(answer.body.toString()).code, code, JSON.stringify(operator))
    assert.equal(answer.status, 400)
  }
  assert.deepEqual(await server.app.core.services.operators.list({ limit: 100 }), [])
})

testOnServers('what an account holder or a link was made by is in the audit', async (server) => {
  await addOperator(server, 'helpdesk', 'hugo')
  const hugo = await bySession(server, 'hugo')
  const [operator] = await server.app.core.services.operators.list({ limit: 100 })
  const berta = { name: 'berta', password: 'x' }
  for (const [action, path, body] of [
    ['account.add', '/accounts', berta],
    ['account.disable', '/accounts/berta/disable', undefined],
    ['link.create', '/links', {}],
  ] as const) {
    assert.ok((await hugo('POST', path, body)).status < 300)
    const event = await newestAudit(server)
    assert.deepEqual(
      [event?.actor, event?.action, event?.remoteAddress],
      [{ kind: 'operator', id: operator?.id }, action, '127.0.0.1'],
    )
  }
})
