import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Enrollment } from '../api-client/index.ts'
import { formatEnrollment } from './enrollment-text.ts'

const ENROLLMENT: Enrollment = {
  id: 'enr_1',
  state: 'configured',
  code: null,
  explanation: null,
  diagnosis: null,
  simulated: false,
  flow: 'default',
  account: { id: 'acc_1', name: 'anna', fullName: null },
  device: null,
  certificate: null,
  weakAlgorithms: [],
  weakAlgorithmUses: {},
  createdAt: '2026-01-01T00:00:00.000Z',
  remoteAddress: null,
  updatedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T01:00:00.000Z',
  steps: [],
}

const plain = (enrollment: Enrollment): string => formatEnrollment(enrollment, (_, text) => text)

test('says which weak algorithms a device used, for what and how often', () => {
  const weakAlgorithmUses = { 'SHA-1 signature': 4, '3DES envelope': 1 }
  const text = plain({ ...ENROLLMENT, weakAlgorithms: ['SHA-1', '3DES'], weakAlgorithmUses })
  assert.match(text, /^ {2}weak algorithms SHA-1 signature ×4, 3DES envelope$/m)
})

test('says nothing of weak algorithms where there are none', () => {
  assert.doesNotMatch(plain(ENROLLMENT), /weak/)
})

test('says first what is wrong, what to do, and who can do it', () => {
  const explanation = {
    code: 'reply_rejected',
    meaning: 'No answer.',
    advice: 'Look at the device.',
    nextAction: 'look_at_device',
    owner: 'help_desk',
  } as const
  const diagnosis = { code: 'reply_rejected', since: ENROLLMENT.createdAt, explanation } as const
  const text = plain({ ...ENROLLMENT, state: 'certified', diagnosis })

  assert.match(text, /^reply_rejected {2}No answer\.$/m)
  assert.match(text, /^ {2}what to do {6}Look at the device\.$/m)
  assert.match(text, /^ {2}who can {9}the help desk$/m)
})
