import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findTokenByHash, insertToken, revokeToken, useSetUpLinks, useTokenOnce } from './token.ts'

const link = (hash: string) =>
  ({
    id: newId('token', NOW),
    kind: 'link',
    hash,
    subject: '*',
    createdAt: NOW,
    expiresAt: NOW + 1000,
  }) as const

testOnDialects('a link opens once, also for twenty who come at once', async (db) => {
  await insertToken(db, link('aa'))
  const uses = await Promise.all(
    Array.from({ length: 20 }, () => useTokenOnce(db, { kind: 'link', hash: 'aa', now: NOW })),
  )
  assert.equal(uses.filter((token) => token !== undefined).length, 1)
  assert.equal((await findTokenByHash(db, 'aa'))?.usedAt, NOW)
})

testOnDialects('a link opens nothing once it has expired or was revoked', async (db) => {
  const revoked = link('bb')
  await insertToken(db, link('aa'))
  await insertToken(db, revoked)

  assert.equal(await revokeToken(db, revoked.id, NOW), true)
  assert.equal(await revokeToken(db, revoked.id, NOW), false)

  assert.equal(await useTokenOnce(db, { kind: 'link', hash: 'aa', now: NOW + 1000 }), undefined)
  assert.equal(await useTokenOnce(db, { kind: 'link', hash: 'bb', now: NOW }), undefined)
})

testOnDialects('a token that is no link is not used up', async (db) => {
  const token = { ...link('aa'), kind: 'session' as const }
  await insertToken(db, token)
  assert.equal(await useTokenOnce(db, { kind: 'link', hash: 'aa', now: NOW }), undefined)
  assert.deepEqual(await findTokenByHash(db, 'aa'), { ...token, usedAt: null, revokedAt: null })
})

testOnDialects(
  'of several who come with links for the set-up, one gets all that are good',
  async (db) => {
    const setUp = { kind: 'set-up' as const }
    for (const hash of ['aa', 'bb']) await insertToken(db, { ...link(hash), ...setUp })
    await insertToken(db, { ...link('cc'), ...setUp, expiresAt: NOW })
    await insertToken(db, link('dd'))
    const used = await Promise.all(Array.from({ length: 10 }, () => useSetUpLinks(db, NOW)))
    assert.deepEqual(
      used
        .flat()
        .map(({ hash }) => hash)
        .toSorted(),
      ['aa', 'bb'],
    )
    assert.equal(used.filter(({ length }) => length > 0).length, 1)
    assert.ok(await useTokenOnce(db, { kind: 'link', hash: 'dd', now: NOW }))
  },
)
