/** What a reason code means, and what to do about it, for the person at the help desk. */
interface Explanation {
  readonly meaning: string
  readonly advice: string
}

const START_AGAIN =
  'Ask the account holder to open the enrollment page, sign in and download the profile again.'
const ANOTHER_NETWORK =
  'Something between the device and this server may be changing the messages. Try another network, without a proxy or VPN.'
const SECURITY =
  'If the account holder does not recognise this, tell the people who look after security.'

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  challenge_unknown: {
    meaning: 'The device presented a challenge that this server never gave out.',
    advice: `The profile may come from another server or an older installation. ${START_AGAIN}`,
  },
  restored: {
    meaning: 'The server was restored from a backup while this enrollment was under way.',
    advice: START_AGAIN,
  },
  challenge_missing: {
    meaning: 'The device presented no challenge.',
    advice: `The profile on the device may have been changed on its way. ${START_AGAIN}`,
  },
  challenge_expired: {
    meaning: 'The challenge in the profile was too old when the device presented it.',
    advice: `The profile has to be installed soon after it is downloaded. ${START_AGAIN}`,
  },
  challenge_spent: {
    meaning: 'The challenge was already used; each one works once.',
    advice: `The same profile was installed twice, or on two devices. ${START_AGAIN} ${SECURITY}`,
  },
  challenge_purpose: {
    meaning: 'The challenge was made for something else.',
    advice: START_AGAIN,
  },
  signer_untrusted: {
    meaning: 'The message was not signed by a device whose maker this server trusts.',
    advice:
      'Only real devices can enroll. A simulated device is accepted if the server is set to trust the simulator. If this is a real device, look at its signer below and report it.',
  },
  cms_signature: {
    meaning: 'The signature does not match the message.',
    advice: ANOTHER_NETWORK,
  },
  cms_message_digest: {
    meaning: 'The message is not the one that was signed.',
    advice: ANOTHER_NETWORK,
  },
  cms_decryption: {
    meaning: 'The request for a certificate could not be opened.',
    advice: `It may be encrypted for an earlier certificate of this server. ${START_AGAIN}`,
  },
  device_mismatch: {
    meaning: 'Another device answered than the one this enrollment is for.',
    advice:
      'Open the enrollment page on the device that was meant, or start an enrollment for this one.',
  },
  device_not_listed: {
    meaning: 'This device is not on the list of devices that may enroll.',
    advice:
      'If it should be, add its UDID to the device list; then let the account holder try again.',
  },
  os_too_old: {
    meaning: 'The operating system of the device is older than the organisation allows.',
    advice: `Update the device in Settings › General › Software Update. ${START_AGAIN}`,
  },
  legacy_not_allowed: {
    meaning:
      'The device runs a system older than iOS 5, which opens nothing better than 3DES, and this server does not allow that.',
    advice: `If such devices have to enroll, set WINDFALL_ENROLLMENT__ALLOW_LEGACY=true. ${START_AGAIN}`,
  },
  certificate_unknown: {
    meaning: 'The message was signed with a certificate that this server did not issue.',
    advice: START_AGAIN,
  },
  certificate_wrong_purpose: {
    meaning: 'The certificate is genuine, but it was issued for something else.',
    advice: `It cannot be used to fetch a configuration. ${START_AGAIN}`,
  },
  certificate_revoked: {
    meaning: 'The certificate of the device was revoked.',
    advice: `Find out why it was revoked first. If the device may come back: ${START_AGAIN}`,
  },
  certificate_expired: {
    meaning: 'The certificate of the device has expired.',
    advice: START_AGAIN,
  },
  key_rsa_size: {
    meaning: 'The device made an RSA key of a size that is not allowed.',
    advice:
      'The size in the profile and the size that the server allows do not agree. Check the key settings of the certificate authority.',
  },
  key_reused: {
    meaning: 'The key was certified before, for another device or purpose.',
    advice: `A fresh key is needed. ${START_AGAIN} ${SECURITY}`,
  },
  subject_mismatch: {
    meaning: 'The device asked for a certificate under another name than it was given.',
    advice: `${START_AGAIN} ${SECURITY}`,
  },
  template_value_missing: {
    meaning: 'The profile template uses a value that this account holder or device does not have.',
    advice:
      'The missing name is in the summary of the step. Fill it in for the account holder, or change the template; then let the device try again.',
  },
  account_disabled: {
    meaning: 'The account was disabled after the enrollment began.',
    advice: 'Enable the account if its holder may enroll; then start again.',
  },
  enrollment_ended: {
    meaning: 'The enrollment had already ended when this message came.',
    advice: START_AGAIN,
  },
  expired: {
    meaning: 'The account holder did not finish in time.',
    advice: START_AGAIN,
  },
  withdrawn: {
    meaning: 'An operator withdrew this enrollment.',
    advice: `If that was a mistake: ${START_AGAIN}`,
  },
}

const REPORT =
  'If it happens again, report the reason code with the id of this enrollment: this server may have to learn what the device says.'

const MALFORMED: Explanation = {
  meaning: 'The message of the device could not be read.',
  advice: `${ANOTHER_NETWORK} ${REPORT}`,
}

/** What holds for every code that begins with the word before the first underscore. */
const FAMILIES: Readonly<Record<string, Explanation>> = {
  asn1: MALFORMED,
  cms: MALFORMED,
  plist: MALFORMED,
  scep: MALFORMED,
  x509: MALFORMED,
  key: {
    meaning: 'The key that the device made is not safe to use.',
    advice: `Update the device, so that it makes sound keys. ${START_AGAIN}`,
  },
}

const UNKNOWN: Explanation = {
  meaning: 'The server refused to go on.',
  advice: `The summary of the step says what was wrong. ${START_AGAIN} ${REPORT}`,
}

/** The explanation of a reason code; that of its family, or a general one, for codes that have none of their own. */
export const explain = (code: string): Explanation => {
  const family = code.split('_', 1)[0] ?? ''
  return own(EXPLANATIONS, code) ?? own(FAMILIES, family) ?? UNKNOWN
}

const own = (table: Readonly<Record<string, Explanation>>, key: string): Explanation | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
