import type { InvitationTexts } from './texts.ts'

export const en: InvitationTexts = {
  title: 'Set up your device',
  subject: '{organization}: set up your device',
  greeting: 'Hello {name},',
  intro:
    '{organization} invites you to set up your iPhone, iPad or Mac. It takes about two minutes.',
  button: 'Set up this device',
  copy: 'If the button does nothing, open this address in Safari:',
  onDevice: 'Open it on the device that you want to set up.',
  until: 'The link is for you alone and is good until {date}.',
  unexpected: 'If you did not expect this, ask the help desk of {organization} before you open it.',
  sms: '{organization} invites you to set up your device. Open this on it, until {date}: {link}',
  invited: '{organization} invites {name} to set up this iPhone, iPad or Mac.',
  start: 'Begin',
  notYou: 'Is that not you? Then leave this page: the invitation works for nobody else.',
  steps: [
    'Open the camera of the iPhone or iPad and point it at the code.',
    'Tap the notice that appears. The page opens in Safari.',
    'Tap “Begin”, and sign in if you are asked to.',
    'Do what the page says: it shows every tap.',
  ],
  onlyFor: 'For {name} only, until {date}',
}
