import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describePerson } from './oidc.ts'

const ISSUER = 'https://id.example.com'

const describe = (
  claims: Readonly<Record<string, unknown>>,
  policy: Parameters<typeof describePerson>[1] = {},
) => describePerson({ issuer: ISSUER, subject: '4711', claims }, policy)

const NAMED = { preferred_username: 'dora' }

test('issuer and subject say who somebody is, whatever else is said of them [security W1]', () => {
  const ids = [
    describe(NAMED),
    describe({ ...NAMED, sub: 'another', iss: 'https://another.example.com' }),
    describePerson({ issuer: `${ISSUER}/a`, subject: '4711', claims: NAMED }, {}),
    describePerson({ issuer: ISSUER, subject: '4711 a', claims: NAMED }, {}),
  ].map(({ source, externalId }) => [source, externalId])
  assert.deepEqual(ids, [
    ['oidc', `${ISSUER} 4711`],
    ['oidc', `${ISSUER} 4711`],
    ['oidc', `${ISSUER}/a 4711`],
    ['oidc', `${ISSUER} 4711 a`],
  ])
})

test('takes the name from the claim that is configured, and from no other', () => {
  const claims = { ...NAMED, upn: 'd.dora', email: 'dora@example.com', email_verified: true }
  assert.equal(describe(claims).name, 'dora')
  assert.equal(describe({ ...claims, preferred_username: undefined }).name, 'dora@example.com')
  assert.equal(describe(claims, { nameClaim: 'upn' }).name, 'd.dora')
  assert.equal(describe({ upn: ['one'] }, { nameClaim: 'upn' }).name, 'one')
  assert.equal(describe(claims, { nameClaim: 'email' }).name, 'dora@example.com')
  for (const upn of [undefined, 7, null, {}, [], ['one', 'two']]) {
    assert.throws(() => describe({ ...claims, upn }, { nameClaim: 'upn' }), { code: 'oidc_name' })
  }
  for (const isVerified of [undefined, false, 'true', 1]) {
    const unproved = { ...claims, email_verified: isVerified }
    assert.throws(() => describe(unproved, { nameClaim: 'email' }), { code: 'oidc_email_verified' })
    assert.equal(describe(unproved).email, undefined)
  }
  for (const claim of ['constructor', '__proto__', 'toString']) {
    assert.throws(() => describe(NAMED, { nameClaim: claim }), { code: 'oidc_name' })
  }
})

test('a claim can say who enrolls: one of its values is enough, and only as it is', () => {
  const policy = { enrollmentClaim: 'groups', enrollmentValues: ['staff', 'pilots'] }
  for (const groups of ['staff', ['guests', 'pilots']]) {
    assert.equal(describe({ ...NAMED, groups }, policy).name, 'dora')
  }
  for (const groups of [
    undefined,
    null,
    [],
    'Staff',
    'staff,pilots',
    ['staff '],
    { staff: 1 },
    1,
  ]) {
    assert.throws(() => describe({ ...NAMED, groups }, policy), {
      kind: 'forbidden',
      code: 'oidc_not_allowed',
    })
  }
})

test('whom the provider puts into no group any more is in none', () => {
  assert.equal('groups' in describe({ ...NAMED, groups: ['a'] }), false)
  const policy = { groupsClaim: 'groups' }
  assert.deepEqual(describe({ ...NAMED, groups: ['a', 'a\nb', 7, 'b'] }, policy).groups, ['a', 'b'])
  assert.deepEqual(describe(NAMED, policy).groups, [])
  const many = Array.from({ length: 2000 }, (_, index) => `group ${index}`)
  assert.equal(describe({ ...NAMED, groups: many }, policy).groups?.length, 1000)
})

test('keeps of the attributes what profiles can hold', () => {
  const attributes = ['a', 'b', 'c', 'd', 'e'].map((claim) => ({ attribute: `x${claim}`, claim }))
  const claims = { ...NAMED, a: 'one', b: 7, c: true, d: { e: 1 }, f: 'not asked for' }
  assert.deepEqual(describe(claims, { attributes }).attributes, {
    ...{ xa: 'one', xb: '7', xc: 'true', xd: null, xe: null },
  })
  for (const a of ['', 'a'.repeat(1025), 'a\u0000', ['one', 'two']]) {
    assert.equal(describe({ ...claims, a }, { attributes }).attributes?.['xa'], null)
  }
})
