import type { Problem } from '../text/index.ts'

const CODES = new Map<string, Problem>([
  ['restored', 'again'],
  ['enrollment_state', 'again'],
  ['enrollment_ended', 'again'],
  ['certificate_unknown', 'again'],
  ['certificate_expired', 'again'],
  ['certificate_wrong_purpose', 'again'],
  ['certificate_revoked', 'withdrawn'],
  ['removed_by_holder', 'withdrawn'],
  ['withdrawn', 'withdrawn'],
  ['erased', 'withdrawn'],
  ['device_mismatch', 'otherDevice'],
  ['device_not_listed', 'notListed'],
  ['device_owner', 'notListed'],
  ['os_too_old', 'tooOld'],
  ['os_unknown', 'tooOld'],
  ['legacy_not_allowed', 'tooOld'],
  ['account_disabled', 'disabled'],
  ['timed_out', 'timedOut'],
  ['expired', 'timedOut'],
  ['signer_untrusted', 'notGenuine'],
  ['subject_mismatch', 'other'],
])

const FAMILIES = new Map<string, Problem>([
  ['challenge', 'again'],
  ['device', 'notListed'],
  ['cms', 'network'],
  ['asn1', 'network'],
  ['plist', 'network'],
  ['scep', 'network'],
  ['signer', 'notGenuine'],
  ['template', 'ours'],
  ['database', 'ours'],
  ['key', 'ours'],
])

/** What a reason code means to the person with the device: one of few things, each with something to do. */
export const problemOf = (code: string): Problem =>
  CODES.get(code) ?? FAMILIES.get(code.slice(0, Math.max(code.indexOf('_'), 0))) ?? 'other'
