import {
  ANOTHER_NETWORK,
  type Explanations,
  explanation,
  HOLDER_STARTS_AGAIN,
  REPORT,
  SECURITY,
  START_AGAIN,
} from './explanation.ts'

/** What can be wrong with the messages of a device: challenges, signatures, the device itself, its certificate. */
export const DEVICE_EXPLANATIONS: Explanations = {
  challenge_unknown: explanation(
    HOLDER_STARTS_AGAIN,
    'The device presented a challenge that this server never gave out.',
    `The profile may come from another server or an older installation. ${START_AGAIN}`,
  ),
  challenge_missing: explanation(
    HOLDER_STARTS_AGAIN,
    'The device presented no challenge.',
    `The profile on the device may have been changed on its way. ${START_AGAIN}`,
  ),
  challenge_expired: explanation(
    HOLDER_STARTS_AGAIN,
    'The challenge in the profile was too old when the device presented it.',
    `The profile has to be installed soon after it is downloaded. ${START_AGAIN}`,
  ),
  challenge_spent: explanation(
    HOLDER_STARTS_AGAIN,
    'The challenge was already used; each one works once.',
    `The same profile was installed twice, or on two devices. ${START_AGAIN} ${SECURITY}`,
  ),
  challenge_purpose: explanation(
    HOLDER_STARTS_AGAIN,
    'The challenge was made for something else.',
    START_AGAIN,
  ),
  signer_untrusted: explanation(
    ['administrator', 'change_settings'],
    'The message was not signed by a device whose maker this server trusts.',
    'Only real devices can enroll. A simulated device is accepted if the server is set to trust the simulator. If this is a real device, look at its signer below and report it.',
  ),
  cms_signature: explanation(
    ['account_holder', 'try_other_network'],
    'The signature does not match the message.',
    ANOTHER_NETWORK,
  ),
  cms_message_digest: explanation(
    ['account_holder', 'try_other_network'],
    'The message is not the one that was signed.',
    ANOTHER_NETWORK,
  ),
  cms_decryption: explanation(
    HOLDER_STARTS_AGAIN,
    'The request for a certificate could not be opened.',
    `It may be encrypted for an earlier certificate of this server. ${START_AGAIN}`,
  ),
  device_attributes: explanation(
    ['help_desk', 'report'],
    'The device did not say of itself what this server has to know.',
    `A device says at least its UDID. ${START_AGAIN} ${REPORT}`,
  ),
  device_mismatch: explanation(
    ['help_desk', 'start_again'],
    'Another device answered than the one this enrollment is for.',
    'Open the enrollment page on the device that was meant, or start an enrollment for this one.',
  ),
  device_not_listed: explanation(
    ['administrator', 'change_device_list'],
    'This device is not on the list of devices that may enroll.',
    'If it should be, add its UDID to the device list; then let the account holder try again.',
  ),
  device_of_another: explanation(
    ['administrator', 'change_device_list'],
    'The list of devices gives this device to somebody else.',
    'If it changed hands, put the name of the new holder beside it in the device list; then let the account holder try again.',
  ),
  os_too_old: explanation(
    ['account_holder', 'update_device'],
    'The operating system of the device is older than the organisation allows.',
    `Update the device in Settings › General › Software Update. ${START_AGAIN}`,
  ),
  os_unknown: explanation(
    ['help_desk', 'report'],
    'A minimum version is asked for, and the device did not say what it runs.',
    `Product and build stand in the message of phase 2 if the device sent them. ${START_AGAIN} ${REPORT}`,
  ),
  legacy_not_allowed: explanation(
    ['administrator', 'change_settings'],
    'The device runs a system older than iOS 5, which opens nothing better than 3DES, and this server does not allow that.',
    `If such devices have to enroll, set WINDFALL_ENROLLMENT__ALLOW_LEGACY=true. ${START_AGAIN}`,
  ),
  certificate_unknown: explanation(
    HOLDER_STARTS_AGAIN,
    'The message was signed with a certificate that this server did not issue.',
    START_AGAIN,
  ),
  certificate_wrong_purpose: explanation(
    HOLDER_STARTS_AGAIN,
    'The certificate is genuine, but it was issued for something else.',
    `It cannot be used to fetch a configuration. ${START_AGAIN}`,
  ),
  certificate_revoked: explanation(
    ['help_desk', 'start_again'],
    'The certificate of the device was revoked.',
    `Find out why it was revoked first. If the device may come back: ${START_AGAIN}`,
  ),
  certificate_expired: explanation(
    HOLDER_STARTS_AGAIN,
    'The certificate of the device has expired.',
    START_AGAIN,
  ),
  key_rsa_size: explanation(
    ['administrator', 'change_settings'],
    'The device made an RSA key of a size that is not allowed.',
    'The size in the profile and the size that the server allows do not agree. Check the key settings of the certificate authority.',
  ),
  key_reused: explanation(
    HOLDER_STARTS_AGAIN,
    'The key was certified before, for another device or purpose.',
    `A fresh key is needed. ${START_AGAIN} ${SECURITY}`,
  ),
  subject_mismatch: explanation(
    HOLDER_STARTS_AGAIN,
    'The device asked for a certificate under another name than it was given.',
    `${START_AGAIN} ${SECURITY}`,
  ),
  subject_common_name: explanation(
    ['administrator', 'report'],
    'The client asked for a certificate without a plain common name.',
    'A client with the static challenge has to ask for a common name of 64 characters at most.',
  ),
  scep_empty: explanation(
    HOLDER_STARTS_AGAIN,
    'The device sent an empty request for a certificate: it could not encrypt one for this server.',
    `${START_AGAIN} If it stays so, look at the certificates of the certificate authority: windfall doctor.`,
  ),
  scep_operation: explanation(
    ['help_desk', 'report'],
    'The device asked for a SCEP operation that is not offered.',
    `GetCACaps, GetCACert and PKIOperation are. ${REPORT}`,
  ),
}
