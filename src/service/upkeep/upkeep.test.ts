import assert from 'node:assert/strict'
import { testOnDialects } from '../../../test/dialect.ts'
import { NOW } from '../../../test/rows.ts'
import { newId } from '../../model/index.ts'
import {
  claimJob,
  claimRequest,
  countAttempt,
  findJob,
  findRequest,
  findTokenByHash,
  finishJob,
  insertJob,
  insertToken,
  readAttempts,
} from '../../store/index.ts'
import { createForget } from './index.ts'

const DAY = 24 * 60 * 60_000
const WINDOW = 15 * 60_000

testOnDialects('deletes what has expired, and nothing that counts', async (db) => {
  const clock = { now: () => NOW }
  const ended = async (key: string, at: number) => {
    const job = { kind: 'mail', key, subject: null, payload: {}, runAt: at, createdAt: at }
    const id = await insertJob(db, { ...job, id: newId('job', at) })
    await claimJob(db, { kind: 'mail', holder: key, now: at, until: at })
    const end = { revision: 1, outcome: 'done', code: null } as const
    await finishJob(db, { ...end, id, holder: key, at })
    return id
  }
  await ended('old', NOW - 31 * DAY)
  const recent = await ended('new', NOW - 29 * DAY)
  for (const [key, at] of [
    ['old', NOW - 8 * DAY],
    ['new', NOW - WINDOW / 2],
  ] as const) {
    await countAttempt(db, key, at, WINDOW)
    await claimRequest(db, { key, requestHash: 'x', createdAt: at }, 0)
    await insertToken(db, {
      ...{ id: newId('token', at), kind: 'link', hash: key, subject: '*' },
      ...{ createdAt: at, expiresAt: at + WINDOW },
    })
  }

  const forget = createForget({ db, clock })
  assert.deepEqual(await forget(), { attempts: 1, jobs: 1, requests: 1, tokens: 1 })
  assert.deepEqual(await forget(), { attempts: 0, jobs: 0, requests: 0, tokens: 0 })

  assert.ok(await findJob(db, recent))
  assert.equal((await readAttempts(db, 'new', NOW, WINDOW)).count, 1)
  assert.ok(await findRequest(db, 'new'))
  assert.ok(await findTokenByHash(db, 'new'))
})
