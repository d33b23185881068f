import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import {
  cancelJobs,
  claimJob,
  countJobs,
  deleteOldJobs,
  findJob,
  finishJob,
  insertJob,
  postponeJob,
  releaseJob,
  renewJob,
} from './job.ts'

const LEASE = 60_000

const aJob = (
  key: string,
  { runAt = NOW, kind = 'mail', subject = null as string | null } = {},
) => ({
  id: newId('job', NOW),
  ...{ kind, key, subject, runAt },
  payload: { key },
  createdAt: NOW,
})

const aClaim = (holder: string, now = NOW) => ({ kind: 'mail', holder, now, until: now + LEASE })

testOnDialects('jobs are taken in the order in which they are due, each by one', async (db) => {
  await insertJob(db, aJob('later', { runAt: NOW + 1 }))
  await insertJob(db, aJob('second'))
  await insertJob(db, aJob('first', { runAt: NOW - 1 }))
  await insertJob(db, aJob('third'))
  await insertJob(db, aJob('other', { kind: 'sms' }))
  const keys: (string | undefined)[] = []
  for (let turn = 0; turn < 4; turn++) keys.push((await claimJob(db, aClaim(`${turn}`)))?.key)
  assert.deepEqual(keys, ['first', 'second', 'third', undefined])
  assert.equal((await claimJob(db, aClaim('x', NOW + 1)))?.key, 'later')
})

testOnDialects('a job is its holder’s until the lease ends, then anybody’s', async (db) => {
  const id = await insertJob(db, aJob('one'))
  await claimJob(db, aClaim('a'))
  assert.equal(await renewJob(db, { id, holder: 'b' }, NOW + 2 * LEASE), false)
  assert.equal(await renewJob(db, { id, holder: 'a' }, NOW + 2 * LEASE), true)
  assert.equal(await claimJob(db, aClaim('b', NOW + 2 * LEASE - 1)), undefined)
  const taken = await claimJob(db, aClaim('b', NOW + 2 * LEASE))
  assert.deepEqual([taken?.id, taken?.attempts], [id, 2])
  const late = { id, holder: 'a', revision: 1, at: NOW, code: null }
  assert.equal(await finishJob(db, { ...late, outcome: 'done' }), false)
  assert.equal(await postponeJob(db, { ...late, runAt: NOW }), false)
  assert.equal(await renewJob(db, late, NOW), false)
  assert.equal(await finishJob(db, { ...late, holder: 'b', outcome: 'done' }), true)
  const { finishedAt, outcome, payload } = (await findJob(db, id)) ?? {}
  assert.deepEqual(
    { finishedAt, outcome, payload },
    { finishedAt: NOW, outcome: 'done', payload: {} },
  )
})

testOnDialects(
  'of one kind and key one job waits: the newer payload, the earlier time',
  async (db) => {
    const id = await insertJob(db, aJob('one', { runAt: NOW + 5 }))
    const again = { ...aJob('one', { runAt: NOW + 9 }), payload: { version: 2 } }
    assert.equal(await insertJob(db, again), id)
    await insertJob(db, aJob('one', { kind: 'sms' }))
    assert.equal(await claimJob(db, aClaim('a', NOW + 4)), undefined)
    const job = await claimJob(db, aClaim('a', NOW + 5))
    assert.deepEqual([job?.id, job?.payload, job?.revision], [id, { version: 2 }, 2])
    await finishJob(db, { id, holder: 'a', revision: 2, at: NOW, outcome: 'done', code: null })
    assert.notEqual(await insertJob(db, aJob('one')), id)
  },
)

testOnDialects('a job that is asked for while it runs, runs once more', async (db) => {
  const id = await insertJob(db, aJob('one'))
  const first = await claimJob(db, aClaim('a'))
  await insertJob(db, { ...aJob('one'), payload: { version: 2 } })
  assert.equal(await claimJob(db, aClaim('b')), undefined)
  const end = { id, holder: 'a', revision: first?.revision ?? 0, at: NOW + 1, code: null }
  assert.equal(await finishJob(db, { ...end, outcome: 'done' }), true)
  const second = await claimJob(db, aClaim('b', NOW + 1))
  assert.deepEqual([second?.id, second?.payload, second?.attempts], [id, { version: 2 }, 1])
})

testOnDialects(
  'a job that was put back waits; one that was given back was not begun',
  async (db) => {
    const id = await insertJob(db, aJob('one'))
    await claimJob(db, aClaim('a'))
    await postponeJob(db, { id, holder: 'a', runAt: NOW + 7, code: 'mail_unreachable' })
    assert.equal(await claimJob(db, aClaim('b', NOW + 6)), undefined)
    const job = await claimJob(db, aClaim('b', NOW + 7))
    assert.deepEqual([job?.attempts, job?.lastErrorCode], [2, 'mail_unreachable'])
    await releaseJob(db, { id, holder: 'b' })
    assert.equal((await claimJob(db, aClaim('c', NOW + 7)))?.attempts, 2)
  },
)

testOnDialects('jobs are counted by state, and go with what they are about', async (db) => {
  const [account, other] = [newId('account', NOW), newId('account', NOW)]
  await insertJob(db, aJob('one', { subject: account }))
  await insertJob(db, aJob('two', { subject: other }))
  await insertJob(db, aJob('three', { subject: account }))
  await insertJob(db, aJob('four', { runAt: NOW + 2 * LEASE }))
  const failed = await claimJob(db, aClaim('a'))
  assert.ok(failed)
  const end = { id: failed.id, holder: 'a', revision: 1, at: NOW, code: 'mail_refused' }
  await finishJob(db, { ...end, outcome: 'failed' })
  const running = await claimJob(db, aClaim('b'))
  assert.deepEqual(
    [...(await countJobs(db, NOW))],
    [['mail', { scheduled: 1, waiting: 1, running: 1, failed: 1 }]],
  )
  assert.deepEqual(
    [...(await countJobs(db, NOW + LEASE))],
    [['mail', { scheduled: 1, waiting: 2, running: 0, failed: 1 }]],
  )
  assert.equal(await cancelJobs(db, [account], NOW), 1)
  assert.equal(await cancelJobs(db, [other], NOW), 1)
  assert.equal(await cancelJobs(db, [], NOW), 0)
  assert.equal(await renewJob(db, { id: running?.id ?? failed.id, holder: 'b' }, NOW), false)
  assert.equal(await deleteOldJobs(db, NOW), 0)
  assert.equal(await deleteOldJobs(db, NOW + 1), 3)
})

testOnDialects('of many who take at once each gets another job', async (db) => {
  const COUNT = 40
  for (let at = 0; at < COUNT; at++) await insertJob(db, aJob(`${at}`))
  const claims = Array.from({ length: 2 * COUNT }, (_, at) => claimJob(db, aClaim(`${at}`)))
  const taken = (await Promise.all(claims)).flatMap((job) => job?.key ?? [])
  // On PostgreSQL whoever comes upon nothing but what others are taking goes without, and asks again.
  while (taken.length < COUNT) taken.push((await claimJob(db, aClaim('last')))?.key ?? 'none')
  assert.equal(new Set(taken).size, COUNT)
  assert.equal(taken.includes('none'), false)
})
