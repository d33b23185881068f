/**
 * The states of an enrollment: one account holder bringing one device through the phases.
 * `configured` means that the final profile was sent; the server cannot see the installation.
 */
export const ENROLLMENT_STATES = [
  'invited',
  'authenticated',
  'offered',
  'identified',
  'certified',
  'configured',
  'managed',
  'refused',
  'failed',
  'expired',
  'withdrawn',
] as const

export type EnrollmentState = (typeof ENROLLMENT_STATES)[number]

/** The states of an enrollment that has begun and for which nothing is final yet. */
export const STATES_UNDER_WAY = ['authenticated', 'offered', 'identified', 'certified'] as const

/** What can happen to an enrollment. */
export type EnrollmentEvent =
  | 'sign_in'
  | 'offer'
  | 'identify'
  | 'certify'
  | 'configure'
  | 'manage'
  | 'refuse'
  | 'fail'
  | 'expire'
  | 'withdraw'

type Moves = Readonly<Partial<Record<EnrollmentEvent, EnrollmentState>>>

const ENDINGS = { refuse: 'refused', fail: 'failed', withdraw: 'withdrawn' } as const

const LEGAL: Readonly<Record<EnrollmentState, Moves>> = {
  invited: { sign_in: 'authenticated', expire: 'expired', ...ENDINGS },
  authenticated: { offer: 'offered', expire: 'expired', ...ENDINGS },
  // A person may download the phase 1 profile again: the phone keeps it for eight minutes only.
  offered: { offer: 'offered', identify: 'identified', expire: 'expired', ...ENDINGS },
  identified: { certify: 'certified', expire: 'expired', ...ENDINGS },
  certified: { configure: 'configured', expire: 'expired', ...ENDINGS },
  // Devices come back by themselves and get the current profile.
  configured: { configure: 'configured', manage: 'managed', ...ENDINGS },
  managed: { configure: 'managed', manage: 'managed', ...ENDINGS },
  refused: {},
  failed: {},
  expired: {},
  withdrawn: {},
}

/** The state that `event` leads to, or undefined where the move is not legal. */
export const advance = (
  state: EnrollmentState,
  event: EnrollmentEvent,
): EnrollmentState | undefined => LEGAL[state][event]

/** Whether nothing can happen to the enrollment any more. */
export const isEnded = (state: EnrollmentState): boolean => Object.keys(LEGAL[state]).length === 0
