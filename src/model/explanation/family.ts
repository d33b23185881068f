import {
  ANOTHER_NETWORK,
  type Explanation,
  type Explanations,
  explanation,
  REPORT,
  START_AGAIN,
} from './explanation.ts'

const MALFORMED = explanation(
  ['help_desk', 'try_other_network'],
  'The message of the device could not be read.',
  `${ANOTHER_NETWORK} ${REPORT}`,
)

const DIRECTORY = explanation(
  ['administrator', 'check_server'],
  'The directory that knows the account holders did not answer, or not as it should.',
  'Look at its connection with windfall doctor. Nobody is let in meanwhile whom it has to judge.',
)

/** What holds for every code that begins with the word before the first underscore. */
export const FAMILY_EXPLANATIONS: Explanations = {
  asn1: MALFORMED,
  cms: MALFORMED,
  plist: MALFORMED,
  scep: MALFORMED,
  x509: MALFORMED,
  key: explanation(
    ['account_holder', 'update_device'],
    'The key that the device made is not safe to use.',
    `Update the device, so that it makes sound keys. ${START_AGAIN}`,
  ),
  directory: DIRECTORY,
  ldap: DIRECTORY,
  authenticator: DIRECTORY,
  pair: explanation(
    ['administrator', 'check_server'],
    'A certificate that was given to this server cannot be used.',
    'Look at the installation with windfall doctor, and give it another one.',
  ),
  oidc: explanation(
    ['account_holder', 'sign_in_again'],
    'The sign-in with the provider did not come to its end.',
    'Let the account holder begin again at the enrollment page. If it stays so, the reason stands in the audit: windfall audit list.',
  ),
  proxy: explanation(
    ['administrator', 'change_settings'],
    'The proxy in front of this server did not say who signed in, or may not say it.',
    'Compare the settings of the proxy with docs/configuration.md.',
  ),
  invitation: explanation(
    ['help_desk', 'start_again'],
    'The invitation cannot be used: it was used up, has expired, was revoked, or is for somebody else.',
    'Look at it with windfall invitation list, and send another one.',
  ),
  flow: explanation(
    ['administrator', 'change_settings'],
    'The enrollment flow does not allow this.',
    'Look at what the flow asks for, or let the account holder begin where they should.',
  ),
  database: explanation(
    ['administrator', 'check_server'],
    'The database did not answer.',
    'Look at it with windfall doctor. Devices try again by themselves for a while.',
  ),
}

export const UNKNOWN: Explanation = explanation(
  ['help_desk', 'report'],
  'The server refused to go on.',
  `The summary of the step says what was wrong. ${START_AGAIN} ${REPORT}`,
)
