import {
  type Explanations,
  explanation,
  HOLDER_STARTS_AGAIN,
  REPORT,
  SECURITY,
  START_AGAIN,
} from './explanation.ts'

/** What ends an enrollment on this side: the account, time, the template, the server itself. */
export const SERVER_EXPLANATIONS: Explanations = {
  account_disabled: explanation(
    ['help_desk', 'change_account'],
    'The account was disabled after the enrollment began.',
    'Enable the account if its holder may enroll; then start again.',
  ),
  enrollment_ended: explanation(
    HOLDER_STARTS_AGAIN,
    'The enrollment had already ended when this message came.',
    START_AGAIN,
  ),
  enrollment_state: explanation(
    HOLDER_STARTS_AGAIN,
    'The message does not fit to how far this enrollment has come.',
    `It may have ended, or the device repeats an old message. ${START_AGAIN}`,
  ),
  expired: explanation(
    HOLDER_STARTS_AGAIN,
    'The account holder did not finish in time.',
    START_AGAIN,
  ),
  timed_out: explanation(
    HOLDER_STARTS_AGAIN,
    'Nothing came from the device for too long, and the enrollment ended.',
    START_AGAIN,
  ),
  withdrawn: explanation(
    ['help_desk', 'start_again'],
    'This enrollment was withdrawn.',
    `If that was a mistake: ${START_AGAIN}`,
  ),
  erased: explanation(
    ['administrator', 'change_account'],
    'The account holder was erased, and with them what was known of this enrollment.',
    'There is nothing to do. If they come back, add an account for them.',
  ),
  restored: explanation(
    HOLDER_STARTS_AGAIN,
    'The server was restored from a backup while this enrollment was under way.',
    START_AGAIN,
  ),
  template_value_missing: explanation(
    ['administrator', 'change_account'],
    'The profile template uses a value that this account holder or device does not have.',
    'The missing name is in the summary of the step. Fill it in for the account holder, or change the template; then let the device try again.',
  ),
  template_variable: explanation(
    ['administrator', 'change_template'],
    'The profile template uses a variable that does not exist.',
    'Its name is in the summary of the step. Correct the template; then let the device try again.',
  ),
  template_invalid: explanation(
    ['administrator', 'change_template'],
    'The profile template would make a profile that devices refuse.',
    'What is wrong, and where, is in the summary of the step. Correct the template and check it with windfall profile lint; then let the device try again.',
  ),
  template_unreadable: explanation(
    ['administrator', 'change_template'],
    'The profile template could not be read.',
    'See that the file is there, that the server may read it, and that it is a property list; then let the device try again.',
  ),
  device_list_unreadable: explanation(
    ['administrator', 'change_device_list'],
    'The list of devices that may enroll could not be read.',
    'See that the file is there and that the server may read it. Devices try again by themselves for a while.',
  ),
  ca_expired: explanation(
    ['administrator', 'check_server'],
    'A certificate of the certificate authority has expired, so that it issues none.',
    'Look at all of them with windfall doctor, and give it another one.',
  ),
  ca_replaced: explanation(
    ['administrator', 'check_server'],
    'The certificate authority was replaced while this server was running.',
    `Restart the server. ${START_AGAIN}`,
  ),
  ca_absent: explanation(
    ['administrator', 'check_server'],
    'The certificate authority has no certificate to sign with.',
    'Look at the installation with windfall doctor.',
  ),
  key_unusable: explanation(
    ['administrator', 'check_server'],
    'A private key of the server cannot be used.',
    'Look at the installation with windfall doctor.',
  ),
  sign_in_failed: explanation(
    ['account_holder', 'sign_in_again'],
    'Name or password was wrong, or there is no such account, or it is disabled.',
    `Let the account holder try again; windfall account list shows whether there is an account and whether it is enabled. ${SECURITY}`,
  ),
  too_many_attempts: explanation(
    ['account_holder', 'wait'],
    'A wrong password was given too often, so that no more are looked at for a while.',
    `Wait a few minutes, then sign in again. A new password for the account ends the wait. ${SECURITY}`,
  ),
  password_empty: explanation(
    ['account_holder', 'sign_in_again'],
    'The password was empty.',
    'Let the account holder type it in.',
  ),
  password_too_long: explanation(
    ['account_holder', 'sign_in_again'],
    'The password was longer than any that this server takes.',
    'Let the account holder look at what was pasted there.',
  ),
  account_unknown: explanation(
    ['help_desk', 'change_account'],
    'There is no account of this name.',
    'See who there is: windfall account list.',
  ),
  enrollment_unknown: explanation(
    HOLDER_STARTS_AGAIN,
    'There is no such enrollment.',
    `See which there are: windfall enrollment list. ${START_AGAIN}`,
  ),
  foreign_origin: explanation(
    ['account_holder', 'sign_in_again'],
    'The sign-in was sent by a page of another server.',
    `Let the account holder open the enrollment page itself, not a link that leads through another one. ${SECURITY}`,
  ),
  not_found: explanation(
    ['account_holder', 'start_again'],
    'There is no page at this address.',
    'Compare the address with the one of the enrollment page.',
  ),
  phase2_refused: explanation(
    HOLDER_STARTS_AGAIN,
    'The message with which the device introduced itself was refused; why is no longer known.',
    START_AGAIN,
  ),
  scep_refused: explanation(
    HOLDER_STARTS_AGAIN,
    'The request for a certificate was refused; why is no longer known.',
    START_AGAIN,
  ),
  phase3_refused: explanation(
    HOLDER_STARTS_AGAIN,
    'The request for the final profile was refused; why is no longer known.',
    START_AGAIN,
  ),
  internal: explanation(
    ['administrator', 'report'],
    'Something went wrong in this server.',
    `The log of the server says what, under the id of the request. ${REPORT}`,
  ),
}
