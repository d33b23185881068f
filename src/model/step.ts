/** How a message of an enrollment ended. */
export const STEP_OUTCOMES = ['ok', 'refused', 'failed'] as const
export type StepOutcome = (typeof STEP_OUTCOMES)[number]

/** The messages and moves of an enrollment, in the order in which a device goes through them. */
export const STEP_CODES = [
  'invited',
  'invitation_sent',
  'invitation_failed',
  'invitation_opened',
  'signed_in',
  'profile_service_sent',
  'phase2_answered',
  'phase2_repeated',
  'phase2_refused',
  'get_ca_cert',
  'get_ca_caps',
  'certificate_issued',
  'certificate_repeated',
  'scep_refused',
  'phase3_answered',
  'phase3_redirected',
  'phase3_refused',
  'update_sent',
  'service_certificate_issued',
  'error_reported',
  'expired',
  'withdrawn',
] as const

export type StepCode = (typeof STEP_CODES)[number]
