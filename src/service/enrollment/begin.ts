import { type EnrollmentId, newId } from '../../model/index.ts'
import { type Account, insertEnrollment, transact } from '../../store/index.ts'
import { type FlowChoices, holderOfDevices, requireAdmitted } from '../flow/index.ts'
import { type Origin, recordStep } from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'

const MINUTE = 60_000

/** By which flow an enrollment begins, where it is not the one that the configuration describes. */
export interface Beginning {
  readonly choices: FlowChoices
  /** Whether the account holder came by an invitation to it. */
  readonly isInvited?: boolean
}

/** Begins an enrollment of an account holder who has just signed in. @throws ServiceError as `requireAdmitted` */
export const beginEnrollment = async (
  options: EnrollmentOptions,
  account: Account,
  origin: Origin,
  { choices, isInvited = false }: Beginning = { choices: options.flows.default },
): Promise<EnrollmentId> => {
  requireAdmitted(choices, account, isInvited)
  return await insert(options, {
    account,
    choices,
    origin,
    summary: `${account.name} signed in.`,
  })
}

/** Begins an enrollment for which nobody signs in. @throws ServiceError as `holderOfDevices`, `requireAdmitted` */
export const beginDevice = async (
  options: EnrollmentOptions,
  choices: FlowChoices,
  origin: Origin,
): Promise<EnrollmentId> => {
  const account = await holderOfDevices(options, choices, origin)
  requireAdmitted(choices, account, false)
  return await insert(options, {
    account,
    choices,
    origin,
    summary: `Somebody began with a device in the name of ${account.name}; nobody signs in here.`,
  })
}

const insert = async (
  { db, clock, meter, settings }: EnrollmentOptions,
  {
    account,
    choices,
    origin,
    summary,
  }: {
    readonly account: Account
    readonly choices: FlowChoices
    readonly origin: Origin
    readonly summary: string
  },
): Promise<EnrollmentId> => {
  const at = clock.now()
  const id = newId('enrollment', at)
  const state = 'authenticated'
  await transact(db, async (tx) => {
    await insertEnrollment(tx, {
      id,
      state,
      accountId: account.id,
      remoteAddress: origin.remoteAddress,
      userAgent: origin.userAgent,
      createdAt: at,
      expiresAt: at + settings.challengeMinutes * MINUTE,
      flowId: choices.id,
    })
    await recordStep({ tx, meter }, id, {
      at,
      code: 'signed_in',
      outcome: 'ok',
      state,
      summary,
      detail: {
        account: account.name,
        userAgent: origin.userAgent,
        ...(choices.id === null ? {} : { flow: choices.name }),
      },
      origin,
    })
  })
  return id
}
