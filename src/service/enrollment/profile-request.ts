import { ProtocolError, ServiceError } from '../../errors.ts'
import { verifySignedData } from '../../protocol/cms/index.ts'
import { decodeDeviceAttributes } from '../../protocol/profile/index.ts'
import { transact } from '../../store/index.ts'
import { moveWithStep, type Origin, recordAudit, recordStep } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'
import { examineSigner } from './evidence.ts'
import { identify } from './phase2.ts'
import { configure, type Phase3Answer } from './phase3.ts'
import { PhaseRefused } from './refusal.ts'

/**
 * Answers a message to `/profile`: phase 2 or 3, told apart by who signed it.
 * @throws ProtocolError, ServiceError; what is refused is written down first
 */
export const answerProfileRequest = async (
  options: EnrollmentOptions,
  body: Uint8Array,
  origin: Origin,
): Promise<Phase3Answer> => {
  const context: { phase: 'phase2' | 'phase3' } = { phase: 'phase2' }
  try {
    return await answer(options, { body, origin, context })
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof ServiceError) {
      await recordRefusal(options, { error, phase: context.phase, origin })
    }
    throw error
  }
}

const answer = async (
  options: EnrollmentOptions,
  request: {
    readonly body: Uint8Array
    readonly origin: Origin
    readonly context: { phase: 'phase2' | 'phase3' }
  },
): Promise<Phase3Answer> => {
  const { body, origin, context } = request
  const verified = verifySignedData(body, {
    signedAttributes: 'optional',
    hashes: ['sha1', 'sha256', 'sha384', 'sha512'],
  })
  const evidence = await examineSigner(
    { ...options, requireAppleSigner: options.settings.requireAppleSigner },
    verified,
  )
  const attributes = decodeDeviceAttributes(verified.content)
  switch (evidence.kind) {
    case 'device':
      return {
        kind: 'profile',
        bytes: await identify(options, { verified, evidence, attributes, origin }),
      }
    case 'issued': {
      context.phase = 'phase3'
      const { certificate } = evidence
      return await configure(options, { verified, certificate, attributes, origin })
    }
    default:
      return evidence satisfies never
  }
}

const recordRefusal = async (
  { db, clock, meter }: EnrollmentOptions,
  refusal: {
    readonly error: ProtocolError | ServiceError
    readonly phase: 'phase2' | 'phase3'
    readonly origin: Origin
  },
): Promise<void> => {
  const { error, phase, origin } = refusal
  const { code } = error
  const enrollment = error instanceof PhaseRefused ? error.enrollment : undefined
  const at = clock.now()
  const report = {
    at,
    code: phase === 'phase2' ? 'phase2_refused' : 'phase3_refused',
    outcome: 'refused',
    summary: `The message was refused: ${error instanceof ServiceError ? error.detail : error.message}.`,
    reason: code,
    origin,
  } as const
  const line = {
    at,
    actor: 'device',
    action: `profile.${phase}`,
    outcome: 'refused',
    code,
    origin,
  } as const
  if (enrollment === undefined) return await recordAudit(db, line)
  await transact(db, async (tx) => {
    const journal = { tx, meter }
    await recordAudit(tx, { ...line, subject: enrollment.id })
    const ends = error instanceof PhaseRefused && error.ends
    const isEnded =
      ends &&
      (await moveWithStep(journal, enrollment, { ...report, event: 'refuse', changes: { code } }))
    if (!isEnded) await recordStep(journal, enrollment.id, report)
  })
}
