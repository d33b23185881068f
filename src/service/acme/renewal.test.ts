import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeHolder, makeKey } from '../../../test/codec/holder.ts'
import { authorityKeyIdentifier } from '../../protocol/x509/index.ts'
import { nameForRenewal, retryAt, twoThirds } from './renewal.ts'

test('the name of a certificate is that of the example in RFC 9773 §4.1', () => {
  const { certificate } = makeHolder({
    key: makeKey('p-256'),
    serialNumber: Buffer.from('87654321', 'hex'),
    extensions: [
      authorityKeyIdentifier(Buffer.from('69885b6b87464041e1b37b847ba0ae2cde01c8d4', 'hex')),
    ],
  })
  assert.equal(nameForRenewal(certificate), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
})

test('two thirds of a life of 90 days are 60 days', () => {
  const DAY = 86_400_000
  const notBefore = Date.UTC(2026, 10, 21)
  const { certificate } = makeHolder({
    key: makeKey('p-256'),
    notBefore,
    notAfter: notBefore + 90 * DAY,
  })
  assert.equal(twoThirds(certificate), notBefore + 60 * DAY)
})

test('after failures the next try is after 1, 4, 16 minutes, then every hour, and not before the CA says', () => {
  const minutes = (failures: number, retryAfter?: number) =>
    retryAt(0, failures, retryAfter) / 60_000
  assert.deepEqual(
    [1, 2, 3, 4, 5, 1000].map((failures) => minutes(failures)),
    [1, 4, 16, 60, 60, 60],
  )
  assert.deepEqual([minutes(1, 30), minutes(1, 7200), minutes(9, 7200)], [1, 120, 120])
})
