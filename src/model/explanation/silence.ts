import { type Explanations, explanation, HOLDER_STARTS_AGAIN, START_AGAIN } from './explanation.ts'

/** What it means that nothing comes any more; `readSilence` says when. */
export const SILENCE_EXPLANATIONS: Explanations = {
  never_downloaded: explanation(
    ['account_holder', 'start_again'],
    'The account holder signed in, and did not download the profile.',
    'They may have closed the page, or wonder what it asks for. Ask them to go back to it, or to the enrollment page, and tap the button that downloads the profile.',
  ),
  not_safari: explanation(
    ['account_holder', 'open_in_safari'],
    'The profile was downloaded by another browser than Safari.',
    'On iPhone and iPad only Safari hands a profile to Settings, and not the browsers inside other apps. Ask the account holder to open the enrollment page in Safari and to download the profile there.',
  ),
  not_apple_device: explanation(
    ['account_holder', 'use_apple_device'],
    'The profile was downloaded on something that is no iPhone, iPad or Mac.',
    'Ask the account holder to open the enrollment page on the device that is to be enrolled.',
  ),
  profile_not_installed: explanation(
    HOLDER_STARTS_AGAIN,
    'The profile was downloaded and not installed: a phone throws it away after eight minutes.',
    `The account holder has to open Settings, tap “Profile Downloaded” and install it. ${START_AGAIN}`,
  ),
  scep_not_begun: explanation(
    ['help_desk', 'look_at_device'],
    'The device introduced itself, and then did not ask for its certificate.',
    `Look at what the device shows: it may not accept the answer, or not reach the address of the certificate authority. ${START_AGAIN}`,
  ),
  capabilities_unanswered: explanation(
    ['administrator', 'check_server'],
    'The device asked three times what the certificate authority can do, and then gave up: the answer does not reach it.',
    'The device shows “A network error has occurred”. Something between the device and this server keeps the answers to GetCACaps back: look at proxies, firewalls and TLS inspection. With scep.capabilitiesInProfile on, devices are told in the profile and do not ask.',
  ),
  certificate_not_requested: explanation(
    ['help_desk', 'look_at_device'],
    'The device asked about the certificate authority, and then did not request its certificate.',
    `Look at what the device shows. “The SCEP server returned an invalid response” means that it does not trust the answer: another network, or a certificate authority that was replaced. ${START_AGAIN}`,
  ),
  reply_rejected: explanation(
    ['help_desk', 'look_at_device'],
    'A certificate was issued, and the device did not come for its configuration: it may have rejected the answer.',
    `Look at what the device shows: “invalid response” or “the Registration Authority's response is invalid” means that it did not accept the certificate. Windfall keeps the answer for a device that asks again. ${START_AGAIN}`,
  ),
}
