import assert from 'node:assert/strict'
import { testOnDialects } from '../../test/dialect.ts'
import { NOW } from '../../test/rows.ts'
import { newId } from '../model/index.ts'
import { findAcmeAccountKey, insertAcmeAccount } from './acme-account.ts'
import { findAcmeAnswer, putAcmeAnswer } from './acme-answer.ts'
import {
  completeAcmeOrder,
  deleteAcmeOrder,
  findAcmeCertificate,
  findAcmeOrder,
  insertAcmeOrder,
} from './acme-certificate.ts'
import { findAcmeSchedule, settleAcmeLease, takeAcmeLease } from './acme-schedule.ts'
import { transact } from './transact.ts'
import { isUniqueViolation } from './violation.ts'

const CA = { directoryUrl: 'https://ca.example/directory', host: 'mdm.example.com' }
const OTHER_CA = { ...CA, directoryUrl: 'https://other.example/directory' }

const makeOrder = (subject = CA) => ({
  ...subject,
  id: newId('acmeCertificate', NOW),
  orderUrl: 'https://ca.example/order/1',
  sealedPrivateKey: Uint8Array.of(1, 2, 3),
  createdAt: NOW,
})

testOnDialects('the key of an account is that of whoever was first', async (db) => {
  const { directoryUrl } = CA
  assert.equal(await findAcmeAccountKey(db, directoryUrl), undefined)
  for (const byte of [1, 2]) {
    const sealedPrivateKey = Uint8Array.of(byte)
    await insertAcmeAccount(db, { directoryUrl, sealedPrivateKey, createdAt: NOW })
  }
  assert.deepEqual([...((await findAcmeAccountKey(db, directoryUrl)) ?? [])], [1])
})

testOnDialects('an answer is there until its time is up, then gone', async (db) => {
  const answer = { token: 't', keyAuthorization: 't.x', expiresAt: NOW + 10 }
  await putAcmeAnswer(db, answer, NOW)
  await putAcmeAnswer(db, answer, NOW)
  assert.equal(await findAcmeAnswer(db, 't', NOW + 9), 't.x')
  assert.equal(await findAcmeAnswer(db, 't', NOW + 10), undefined)
  await putAcmeAnswer(db, { ...answer, token: 'u', expiresAt: NOW + 20 }, NOW + 10)
  const rows = await db.selectFrom('acme_answer').select('token').execute()
  assert.deepEqual(
    rows.map(({ token }) => token),
    ['u'],
  )
})

testOnDialects(
  'at one CA one order is under way; its certificate takes the place of all others',
  async (db) => {
    const [order, other] = [makeOrder(), makeOrder(OTHER_CA)]
    await insertAcmeOrder(db, order)
    await insertAcmeOrder(db, other)
    await assert.rejects(insertAcmeOrder(db, makeOrder()), (error) => isUniqueViolation(error))
    assert.equal((await findAcmeOrder(db, CA))?.id, order.id)
    assert.equal(await findAcmeCertificate(db, CA.host), undefined)

    assert.equal(
      await transact(db, (tx) => completeAcmeOrder(tx, order, { chain: 'PEM', at: NOW })),
      true,
    )
    assert.equal(
      await transact(db, (tx) => completeAcmeOrder(tx, order, { chain: 'X', at: NOW })),
      false,
    )
    assert.equal(await findAcmeOrder(db, CA), undefined)
    assert.equal(await findAcmeOrder(db, OTHER_CA), undefined)
    const { chain, sealedPrivateKey, directoryUrl } = (await findAcmeCertificate(db, CA.host)) ?? {}
    assert.deepEqual([chain, directoryUrl], ['PEM', CA.directoryUrl])
    assert.deepEqual([...(sealedPrivateKey ?? [])], [1, 2, 3])

    const next = makeOrder(OTHER_CA)
    await insertAcmeOrder(db, next)
    await deleteAcmeOrder(db, order.id)
    assert.equal((await findAcmeCertificate(db, CA.host))?.id, order.id, 'only orders are deleted')
    await transact(db, (tx) => completeAcmeOrder(tx, next, { chain: 'NEXT', at: NOW }))
    assert.equal((await findAcmeCertificate(db, CA.host))?.chain, 'NEXT')
  },
)

testOnDialects(
  'of many that want to order one does, until it is done or its time is up',
  async (db) => {
    const take = (holder: string, now: number) =>
      takeAcmeLease(db, CA, { holder, now, until: now + 100 })
    const taken = await Promise.all(Array.from({ length: 8 }, (_, i) => take(`h${i}`, NOW)))
    assert.equal(taken.filter((each) => each !== undefined).length, 1)
    assert.equal(await take('late', NOW + 99), undefined)
    assert.ok(await take('next', NOW + 100))

    const lastFailure = { at: NOW, code: 'outbound_failed', detail: 'x' }
    const result = { nextAt: NOW + 500, failures: 1, lastSuccessAt: null, lastFailure }
    // Who was late has no say.
    await settleAcmeLease(db, CA, { ...result, holder: 'late', failures: 7 })
    await settleAcmeLease(db, CA, { ...result, holder: 'next' })
    assert.deepEqual(await findAcmeSchedule(db, CA), { ...result, heldUntil: 0 })
    assert.equal(await take('again', NOW + 499), undefined)
    assert.deepEqual(await take('again', NOW + 500), { ...result, heldUntil: NOW + 600 })
    assert.equal(await findAcmeSchedule(db, OTHER_CA), undefined)
  },
)
