import type { EnrollmentState, SilenceCode, StepCode, StepOutcome } from '../../model/index.ts'
import type { Html } from '../html.ts'
import { ALERT, CHECK, CLOCK, CROSS } from './icon.ts'

/** How something stands, for colour and icon; a word always stands beside both. */
export type Tone = 'good' | 'waiting' | 'bad' | 'quiet'

interface StateWording {
  readonly word: string
  readonly tone: Tone
  /** What happens next, or what this state means to the person who asks. */
  readonly next: string
}

const EIGHT_MINUTES =
  'A phone keeps a downloaded profile for eight minutes; after that it has to be downloaded again.'

export const STATES: Readonly<Record<EnrollmentState, StateWording>> = {
  invited: { word: 'Invited', tone: 'waiting', next: 'Waiting for the account holder to sign in.' },
  authenticated: {
    word: 'Signed in',
    tone: 'waiting',
    next: 'Waiting for the account holder to download the profile.',
  },
  offered: {
    word: 'Profile sent',
    tone: 'waiting',
    next: `Waiting for the account holder to install the profile in Settings. ${EIGHT_MINUTES}`,
  },
  identified: {
    word: 'Device identified',
    tone: 'waiting',
    next: 'Waiting for the device to make its key and ask for a certificate. Nobody has to do anything.',
  },
  certified: {
    word: 'Certificate issued',
    tone: 'waiting',
    next: 'Waiting for the device to fetch its configuration. Nobody has to do anything.',
  },
  configured: {
    word: 'Configured',
    tone: 'good',
    next: 'The final profile was sent. The device installs it by itself, and the server cannot see that: look for “Profile Installed” on the device.',
  },
  managed: { word: 'Managed', tone: 'good', next: 'The device reports to this server.' },
  refused: { word: 'Refused', tone: 'bad', next: 'This enrollment has ended.' },
  failed: { word: 'Failed', tone: 'bad', next: 'This enrollment has ended.' },
  expired: { word: 'Expired', tone: 'quiet', next: 'This enrollment has ended.' },
  withdrawn: { word: 'Withdrawn', tone: 'quiet', next: 'This enrollment has ended.' },
}

/** What silence means, in a few words. */
export const SILENCES: Readonly<Record<SilenceCode, string>> = {
  never_downloaded: 'Never downloaded',
  not_safari: 'Not Safari',
  not_apple_device: 'Not an Apple device',
  profile_not_installed: 'Not installed in time',
  scep_not_begun: 'No certificate asked for',
  capabilities_unanswered: 'Answers do not arrive',
  certificate_not_requested: 'No certificate asked for',
  reply_rejected: 'Answer rejected',
}

export const TONE_ICONS: Readonly<Record<Tone, Html>> = {
  good: CHECK,
  waiting: CLOCK,
  bad: ALERT,
  quiet: CROSS,
}

export const OUTCOMES: Readonly<
  Record<StepOutcome, { readonly word: string; readonly icon: Html }>
> = {
  ok: { word: 'Done', icon: CHECK },
  refused: { word: 'Refused', icon: CROSS },
  failed: { word: 'Failed', icon: ALERT },
}

interface StepWording {
  readonly title: string
  /** What a step of this kind is, for someone who has never read the protocol. */
  readonly meaning: string
}

export const STEPS: Readonly<Record<StepCode, StepWording>> = {
  invited: {
    title: 'Invited',
    meaning: 'The account holder was invited to enroll a device.',
  },
  invitation_sent: {
    title: 'Invitation sent',
    meaning: 'A mail server or an SMS gateway took the invitation.',
  },
  invitation_failed: {
    title: 'Invitation not sent',
    meaning: 'The invitation could not be sent, and will not be tried again by itself.',
  },
  invitation_opened: {
    title: 'Invitation opened',
    meaning: 'Somebody opened the link of the invitation.',
  },
  signed_in: {
    title: 'Signed in',
    meaning: 'The account holder proved who they are.',
  },
  profile_service_sent: {
    title: 'Profile sent',
    meaning:
      'Phase 1: a signed profile went to the browser. It asks the device to introduce itself and carries a one-time challenge.',
  },
  phase2_answered: {
    title: 'Device identified',
    meaning:
      'Phase 2: the device sent its attributes and the challenge, signed with the identity it got in the factory. The answer tells it how to ask for a certificate.',
  },
  phase2_repeated: {
    title: 'Device introduced itself again',
    meaning: 'The device repeated its phase 2 message and got the same answer.',
  },
  phase2_refused: {
    title: 'Device not accepted',
    meaning: 'Phase 2: the message with which the device introduced itself was refused.',
  },
  get_ca_cert: {
    title: 'CA certificates fetched',
    meaning: 'SCEP GetCACert: the device fetched the certificates of the certificate authority.',
  },
  get_ca_caps: {
    title: 'CA capabilities asked',
    meaning: 'SCEP GetCACaps: the device asked which algorithms and methods it may use.',
  },
  certificate_issued: {
    title: 'Certificate issued',
    meaning:
      'SCEP PKIOperation: the device made a key pair, kept the private key, and got a certificate for the public one.',
  },
  certificate_repeated: {
    title: 'Certificate sent again',
    meaning: 'The device repeated its request with the same key and got the same certificate.',
  },
  scep_refused: {
    title: 'Certificate refused',
    meaning: 'SCEP PKIOperation: the request for a certificate was refused.',
  },
  phase3_answered: {
    title: 'Configuration sent',
    meaning:
      'Phase 3: the device signed with its new certificate and got the final profile, encrypted so that only this device can read it.',
  },
  phase3_redirected: {
    title: 'Sent to sign in again',
    meaning: 'The device came back for its configuration and was sent to the sign-in page.',
  },
  phase3_refused: {
    title: 'Configuration refused',
    meaning: 'Phase 3: the request for the final profile was refused.',
  },
  update_sent: {
    title: 'Update sent',
    meaning:
      'The account holder fetched the current final profile, signed as before and encrypted so that only this device can read it.',
  },
  service_certificate_issued: {
    title: 'Service certificate issued',
    meaning:
      'The device used the challenge in its configuration to get a certificate for the services of the organisation.',
  },
  error_reported: {
    title: 'Error seen on the device',
    meaning:
      'The account holder chose, in the portal, what the device shows. The server cannot see that itself.',
  },
  expired: {
    title: 'Expired',
    meaning: 'The time for this enrollment ran out.',
  },
  withdrawn: {
    title: 'Withdrawn',
    meaning: 'An operator ended this enrollment.',
  },
}
