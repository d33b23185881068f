import { type EnrollmentId, type InvitationId, newId } from '../../model/index.ts'
import {
  type Account,
  attributeEnrollment,
  type Enrollment,
  type Executor,
  insertEnrollment,
  transact,
} from '../../store/index.ts'
import { type FlowChoices, holderOfDevices, requireAdmitted } from '../flow/index.ts'
import { moveWithStep, type Origin, recordStep, type StepReport } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

const MINUTE = 60_000

/** By which flow an enrollment begins, where it is not the one that the configuration describes. */
export interface Beginning {
  readonly choices: FlowChoices
  /** Where the account holder came by an invitation to it. */
  readonly admission?: Admission | undefined
}

/** That the account holder was invited: what they begin counts as that. */
export interface Admission {
  readonly invitationId: InvitationId
  /** Uses it, as part of the transaction, or throws. Returns the enrollment that waits for them, if one does. */
  admit(tx: Executor, at: number): Promise<Pick<Enrollment, 'id' | 'state'> | undefined>
}

/** Begins an enrollment of an account holder who has just signed in. @throws ServiceError as `requireAdmitted`, or what the admission throws */
export const beginEnrollment = async (
  options: EnrollmentOptions,
  account: Account,
  origin: Origin,
  { choices, admission }: Beginning = { choices: options.flows.default },
): Promise<EnrollmentId> => {
  requireAdmitted(choices, account, admission !== undefined)
  const summary = `${account.name} signed in.`
  return await insert(options, { account, choices, admission, origin, summary })
}

/** Begins an enrollment for which nobody signs in. @throws ServiceError as `holderOfDevices`, `requireAdmitted` */
export const beginDevice = async (
  options: EnrollmentOptions,
  choices: FlowChoices,
  origin: Origin,
): Promise<EnrollmentId> => {
  const account = await holderOfDevices(options, choices, origin)
  requireAdmitted(choices, account, false)
  const summary = `Somebody began with a device in the name of ${account.name}; nobody signs in here.`
  return await insert(options, { account, choices, admission: undefined, origin, summary })
}

interface Begun extends Required<Beginning> {
  readonly account: Account
  readonly origin: Origin
  readonly summary: string
}

const insert = async (
  { db, clock, meter, settings }: EnrollmentOptions,
  { account, choices, admission, origin, summary }: Begun,
): Promise<EnrollmentId> => {
  const at = clock.now()
  const { remoteAddress, userAgent } = origin
  const expiresAt = at + settings.challengeMinutes * MINUTE
  const state = 'authenticated'
  const flow = choices.id === null ? {} : { flow: choices.name }
  const report: StepReport = {
    ...{ at, code: 'signed_in', summary, origin },
    detail: { account: account.name, userAgent, ...flow },
  }
  return await transact(db, async (tx) => {
    const journal = { tx, meter }
    const waiting = await admission?.admit(tx, at)
    const isWaiting =
      waiting !== undefined &&
      (await moveWithStep(journal, waiting, {
        ...report,
        event: 'sign_in',
        changes: { expiresAt },
      }))
    const id = isWaiting ? waiting.id : newId('enrollment', at)
    if (!isWaiting) {
      await insertEnrollment(tx, {
        ...{ id, state, accountId: account.id, flowId: choices.id },
        ...{ remoteAddress, userAgent, createdAt: at, expiresAt },
      })
      await recordStep(journal, id, { ...report, outcome: 'ok', state })
    }
    if (admission !== undefined) {
      const { invitationId } = admission
      const by = { invitationId, flowId: choices.id, remoteAddress, userAgent }
      await attributeEnrollment(tx, id, by)
    }
    return id
  })
}
