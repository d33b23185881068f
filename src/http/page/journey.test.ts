import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EnrollmentState, newId, type StepCode } from '../../model/index.ts'
import type { EnrollmentDossier } from '../../service/enrollment/index.ts'
import { journeyOf } from './journey.ts'
import { problemOf } from './problem.ts'

const MINUTE = 60_000
const id = newId('enrollment', 0)

type Given = readonly [code: StepCode, state: EnrollmentState | null, reason?: string]

const dossier = (
  state: EnrollmentState,
  given: readonly Given[],
  code?: string,
): EnrollmentDossier => ({
  enrollment: {
    ...{ id, state, code: code ?? null, accountId: newId('account', 0), deviceId: null },
    ...{ simulated: false, weakAlgorithms: [], remoteAddress: '', userAgent: null },
    ...{
      createdAt: 0,
      updatedAt: 0,
      expiresAt: 0,
      profileVersion: null,
      flowId: null,
      invitationId: null,
    },
  },
  account: {
    ...{ id: newId('account', 0), name: 'anna', fullName: null, email: null, attributes: {} },
    ...{ createdAt: 0, disabledAt: null, hasPassword: true },
    ...{ source: null, externalId: null, groups: [], checkedAt: null },
  },
  device: undefined,
  certificate: undefined,
  flow: undefined,
  diagnosis: undefined,
  steps: given.map(([step, to, reason], index) => ({
    ...{ id: newId('step', index), enrollmentId: id, at: index * MINUTE, sinceMs: null },
    ...{ code: step, outcome: reason === undefined ? 'ok' : 'refused', state: to, summary: '' },
    ...{ detail: reason === undefined ? {} : { reason }, remoteAddress: null },
  })),
})

const SIGNED_IN: Given = ['signed_in', 'authenticated']
const SENT: Given = ['profile_service_sent', 'offered']

const marks = (given: EnrollmentDossier) =>
  journeyOf(given, 0)
    .milestones.map(([, mark]) => mark)
    .join(' ')

test('tells how far a device has come', () => {
  assert.equal(marks(dossier('authenticated', [SIGNED_IN])), 'done current ahead ahead ahead')
  assert.equal(marks(dossier('offered', [SIGNED_IN, SENT])), 'done done current ahead ahead')
  const configured = dossier('configured', [SIGNED_IN, SENT, ['phase3_answered', 'configured']])
  assert.equal(marks(configured), 'done done done done done')
  assert.equal(journeyOf(configured, 0).stage, 'finished')
  const refused = dossier(
    'refused',
    [SIGNED_IN, SENT, ['phase2_refused', 'refused', 'os_too_old']],
    'os_too_old',
  )
  assert.equal(marks(refused), 'done done stopped ahead ahead')
  assert.deepEqual([journeyOf(refused, 0).stage, journeyOf(refused, 0).problem], ['over', 'tooOld'])
})

test('counts eight minutes from the last download, and only while the profile is waited for', () => {
  const offered = dossier('offered', [SIGNED_IN, SENT, ['profile_service_sent', null]])

  assert.equal(journeyOf(offered, 2 * MINUTE).leftMs, 8 * MINUTE)
  assert.equal(journeyOf(offered, 9 * MINUTE).leftMs, MINUTE)
  assert.equal(journeyOf(offered, 60 * MINUTE).leftMs, 0)
  assert.equal(journeyOf(dossier('authenticated', [SIGNED_IN]), 0).leftMs, undefined)
  assert.equal(journeyOf(dossier('identified', [SIGNED_IN, SENT]), 0).leftMs, undefined)
})

test('names a refusal while the enrollment may go on, and forgets it once it does', () => {
  const refusal: Given = ['phase2_refused', null, 'challenge_expired']

  assert.equal(journeyOf(dossier('offered', [SIGNED_IN, SENT, refusal]), 0).problem, 'again')
  assert.equal(
    journeyOf(dossier('offered', [SIGNED_IN, SENT, refusal, SENT]), 0).problem,
    undefined,
  )
  const seen: Given = ['error_reported', null, 'seen_other']
  assert.equal(journeyOf(dossier('offered', [SIGNED_IN, SENT, seen]), 0).problem, undefined)
})

test('makes of every reason one of the few things that a person can do something about', () => {
  assert.equal(problemOf('device_not_listed'), 'notListed')
  assert.equal(problemOf('challenge_spent'), 'again')
  assert.equal(problemOf('cms_decryption'), 'network')
  assert.equal(problemOf('template_value_missing'), 'ours')
  assert.equal(problemOf('key_rsa_roca'), 'ours')
  for (const code of ['', 'constructor', '__proto___x', 'nonsense_code'])
    assert.equal(problemOf(code), 'other')
})
