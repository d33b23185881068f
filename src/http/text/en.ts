import { html } from '../html.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('en')

const apple: AppleWords = {
  allow: 'Allow',
  ignore: 'Ignore',
  close: 'Close',
  cancel: 'Cancel',
  done: 'Done',
  install: 'Install',
  next: 'Next',
  trust: 'Trust',
  warning: 'Warning',
  settings: 'Settings',
  general: 'General',
  about: 'About',
  softwareUpdate: 'Software Update',
  certificateTrust: 'Certificate Trust Settings',
  profileDownloaded: 'Profile Downloaded',
  profileInstalled: 'Profile Installed',
  enterPasscode: 'Enter Passcode',
  verified: 'Verified',
  notVerified: 'Not Verified',
  remoteManagement: 'Remote Management',
  deviceManagement: 'VPN & Device Management',
  removeProfile: 'Remove Profile',
  systemSettings: 'System Settings',
  macDeviceManagement: 'Device Management',
  macInstall: 'Install…',
}

export const en: Texts = {
  language: 'en',
  direction: 'ltr',
  endonym: 'English',
  apple,
  gear: { iphone: 'this iPhone', ipad: 'this iPad', mac: 'this Mac', other: 'this device' },
  frame: {
    languages: 'Language',
    myDevices: 'My devices',
    help: (organization) =>
      `Stuck? The help desk of ${organization} can see how far your device has come.`,
    support: 'If you call the help desk, give this code:',
    toSignIn: 'Go to sign-in',
    toStart: 'Go to the start',
  },
  welcome: {
    title: 'Set up your device',
    heading: (organization) => `Set up your device for ${organization}`,
    lead: 'Your account, this device and a few taps: it takes about two minutes.',
    inSafari: 'Open this page in Safari on the device that you want to set up.',
    start: (gear) => `Enroll ${gear}`,
    trustFirst: 'First, trust this server',
    trustFirstWhy: (organization) =>
      `If Safari warned you about this page, that is because ${organization} made the certificate of this server itself (it is self-signed). Install the root certificate once, and your device knows it.`,
    trustIfAsked: 'Did Safari warn you about this page?',
    trustIfAskedWhy: (organization) =>
      `Then your device does not know the certificate authority of ${organization} yet. That happens when a certificate is self-signed. Install the root certificate once.`,
    downloadRoot: 'Download the root certificate',
    installRoot: html`Open <b>${apple.settings} › ${apple.profileDownloaded}</b> and tap <b>${apple.install}</b>.`,
    switchOn: html`Open <b>${apple.settings} › ${apple.general} › ${apple.about} › ${apple.certificateTrust}</b> and turn the switch for it on.`,
    compare: (organization) =>
      `Before you turn it on, compare its SHA-256 fingerprint with the one that ${organization} gave you:`,
    thenEnroll: 'Then, enroll',
    whatHappens: 'What will happen',
    steps: (organization) => [
      html`<b>You sign in</b> with your ${organization} account.`,
      html`<b>You download a profile</b> and install it in ${apple.settings}. The next page shows every tap.`,
      html`<b>Your device proves itself</b> and makes a key that never leaves it. You do nothing.`,
      html`<b>Its settings arrive</b>, encrypted so that only this device can read them.`,
    ],
  },
  signIn: {
    title: 'Sign in',
    lead: (organization) =>
      `Use your ${organization} account. The profile that you get is made for you and this device.`,
    name: 'Account name',
    password: 'Password',
    button: 'Sign in',
    with: (provider) => `Sign in with ${provider}`,
    as: (name) =>
      html`You are signed in as ${name}. The profile that you get is made for you and this device.`,
    or: 'or with a password',
    privacy: (organization) =>
      `Your password is checked by ${organization} and is not part of the profile.`,
    problems: {
      sign_in_failed: 'This name and password do not go together. Please try again.',
      too_many_attempts: 'Too many attempts. Please wait a quarter of an hour and try again.',
      password_too_long: 'The password is too long.',
    },
  },
  begin: {
    title: 'Enroll this device',
    lead: (organization) =>
      `${organization} knows this device by its serial number: nobody has to sign in.`,
    button: 'Go on',
  },
  invitation: {
    title: (organization) => `${organization} invites you to set up your device`,
    lead: (name) => html`This invitation is for ${name}.`,
  },
  guide: {
    title: 'Download the profile',
    signedIn: 'Signed in',
    ready: 'The profile is ready',
    hello: (name) => html`Hello ${name}, your profile is ready`,
    lead: (taps) =>
      plural(taps, {
        one: 'Download it, then follow the picture. One step follows.',
        other: 'Download it, then follow the pictures. # steps follow; have your passcode at hand.',
      }),
    leadMac: (taps) =>
      plural(taps, {
        other:
          'Download it, then follow the pictures. # steps follow; have the password of this Mac at hand.',
      }),
    download: 'Download the profile',
    again: 'Download it again',
    deadline: 'You have eight minutes.',
    deadlineWhy:
      'The device deletes a downloaded profile that is not installed by then. If that happens, come back and download it again.',
    timeLeft: (time) => html`Time left to install it: ${time}`,
    timeUp: 'The eight minutes are over. If the profile is gone, download it again.',
    stepsFor: 'Show the steps for',
    whatYouSee: 'What you will see',
    left: (taps) => plural(taps, { one: '# step left', other: '# steps left' }),
    picture: (label) => `Picture of the screen: ${label}`,
    taps: {
      allow: html`Safari asks if this site may download a profile. Tap <b>${apple.allow}</b>.`,
      close: html`The profile waits in ${apple.settings}. Tap <b>${apple.close}</b>.`,
      downloaded: html`Open <b>${apple.settings}</b>. Near the top, tap <b>${apple.profileDownloaded}</b>.`,
      passcode: html`Enter the <b>passcode</b> that unlocks this device.`,
      consent: html`Read the text of the organisation. Tap <b>${apple.next}</b>.`,
      warning: html`A page with the title <b>${apple.warning}</b> says what the profile may do. Tap <b>${apple.install}</b> in the corner.`,
      confirm: html`Tap <b>${apple.install}</b> once more. Your device then works by itself for a few seconds.`,
      trust: html`The device asks about <b>${apple.remoteManagement}</b>. Tap <b>${apple.trust}</b>.`,
      done: html`It says <b>${apple.profileInstalled}</b>. Tap <b>${apple.done}</b>: that was it.`,
      macAllow: html`If Safari asks whether downloads are allowed on this site, click <b>${apple.allow}</b>.`,
      macOpen: html`Open <b>${apple.systemSettings}</b>. In the side bar, click <b>${apple.profileDownloaded}</b>, or <b>${apple.general} › ${apple.macDeviceManagement}</b>.`,
      macReview: html`Double-click the profile that waits there.`,
      macInstall: html`Click <b>${apple.macInstall}</b>, then <b>${apple.install}</b>.`,
      macPassword: html`Enter the <b>password</b> of this Mac. It then works by itself for a few seconds.`,
      macDone: html`The profile stands in the list: that was it.`,
    },
    install: ({ name, signer, isVerified }) =>
      html`It is called <b><bdi>${name}</bdi></b>, signed by <b><bdi>${signer}</bdi></b>, <b>${isVerified ? apple.verified : apple.notVerified}</b>. Tap <b>${apple.install}</b> in the corner.`,
  },
  progress: {
    title: 'How far your device has come',
    items: {
      signedIn: 'You signed in',
      downloaded: 'Profile downloaded',
      recognised: 'Device recognised',
      certified: 'Certificate issued',
      delivered: 'Settings delivered',
    },
    marks: { done: 'done', current: 'in progress', ahead: 'to come', stopped: 'not reached' },
    working: {
      title: 'Your device is at work',
      text: 'It makes its key and fetches its settings by itself. You have nothing to do.',
    },
    finished: (organization) => ({
      title: 'Your device is set up',
      text: `The settings of ${organization} were delivered. As soon as the device says “${apple.profileInstalled}”, tap “${apple.done}”.`,
    }),
    looking: 'This page looks for news by itself.',
    pause: 'Pause',
    resume: 'Go on looking',
    seeError: 'My device shows an error',
    beginAgain: 'Begin again',
  },
  problems: {
    again: {
      title: 'This profile does not work any more',
      text: 'A profile works once and for a short time. Begin again, and install the new one soon after the download.',
    },
    network: {
      title: 'Something disturbed the connection',
      text: 'The messages of your device did not arrive as they were sent. Try another network, without VPN or proxy, and begin again.',
    },
    notListed: {
      title: 'This device is not on the list',
      text: 'Only devices that your organisation knows may be set up. Ask the help desk to add this one.',
    },
    tooOld: {
      title: 'The software of this device is too old',
      text: `Update it in ${apple.settings} › ${apple.general} › ${apple.softwareUpdate}, then begin again.`,
    },
    disabled: {
      title: 'Your account may not set up devices',
      text: 'It was disabled. The help desk can tell you why.',
    },
    timedOut: {
      title: 'The time is over',
      text: 'Nothing came from your device for too long. Begin again whenever you like.',
    },
    otherDevice: {
      title: 'Another device answered',
      text: 'The profile was made for one device and used on another. Sign in on the device that you want to set up.',
    },
    notGenuine: {
      title: 'The device could not prove itself',
      text: 'This server did not recognise the device as a genuine one. Ask the help desk.',
    },
    ours: {
      title: 'The fault is on our side',
      text: 'You did everything right. Give the code to the help desk: they see what is wrong.',
    },
    withdrawn: {
      title: 'This device was removed',
      text: 'Its set-up was ended. If you need it again, begin again.',
    },
    other: {
      title: 'That did not work',
      text: 'Begin again. If it happens once more, give the code to the help desk.',
    },
  },
  errors: {
    title: 'What does your device show?',
    lead: 'Choose what looks most like it. The help desk sees your answer, and you get advice.',
    thanks: 'Noted. What helps most of the time:',
    back: 'Back to the steps',
    choices: {
      installation_failed: {
        title: 'Profile Installation Failed',
        text: 'Delete nothing. Download the profile again and install it at once. If the same appears, give the code to the help desk.',
      },
      network_error: {
        title: 'A network error has occurred',
        text: 'Switch VPN and proxies off, or change from Wi-Fi to mobile data or back. Then download the profile again.',
      },
      invalid_response: {
        title: 'The SCEP server returned an invalid response',
        text: 'That is for the help desk to solve. Give them the code.',
      },
      server_certificate: {
        title: 'The certificate of the server is invalid',
        text: 'Check date and time of your device. If this site asks you to install a root certificate, do so first, and turn its switch on.',
      },
      no_download: {
        title: 'Nothing happens after the download',
        text: 'Open this page in Safari itself, not inside an app, and download the profile again.',
      },
      no_profile: {
        title: `There is no “${apple.profileDownloaded}”`,
        text: `The device deletes it after eight minutes. Download it again and go to ${apple.settings} right away.`,
      },
      other: {
        title: 'Something else',
        text: 'Make a screenshot of it and give it to the help desk with the code.',
      },
    },
  },
  sees: {
    title: (organization) => `What ${organization} sees, and what it does not`,
    learns: (organization) => `When you set up the device, ${organization} learns`,
    attributes: {
      UDID: 'the identifier of the device (UDID)',
      SERIAL: 'its serial number',
      PRODUCT: 'its model',
      VERSION: 'the version of its software',
      DEVICE_NAME: 'its name',
      IMEI: 'its IMEI, the number of its radio',
      MEID: 'its MEID, the number of its radio',
      ICCID: 'the number of its SIM card',
    },
    installs: 'What is set up on the device',
    effects: {
      mail: 'a mail account',
      calendar: 'calendars or contacts',
      wifi: 'access to Wi-Fi networks',
      vpn: 'a VPN',
      filter: 'a filter, a proxy or name servers',
      root: 'a certificate that the device will trust',
      certificate: 'a certificate',
      identity: 'a certificate of its own, to prove who it is',
      passcode: 'rules for the passcode',
      restrictions: 'limits to what the device may do',
      webClip: 'a link on the home screen',
      font: 'a font',
      mdm: 'management from afar',
    },
    otherEffect: (type) => `settings of the kind ${type}`,
    can: (organization) => `${organization} can`,
    cannot: (organization) => `${organization} cannot`,
    abilities: {
      photos: 'see your photos and files',
      messages: 'read your messages or listen to calls',
      location: 'see where you are',
      browsing: 'see which pages you open',
      passwords: 'see your passwords',
      traffic: 'see or filter network traffic that goes through its VPN, proxy or filter',
      apps: 'see which apps are installed',
      manageApps: 'install and remove apps of the organisation',
      inspect: 'ask for storage, battery and network details',
      lock: 'lock the device or clear its passcode',
      erase: 'erase the device',
    },
    leave: 'How you leave again',
    leaving: html`Open <b>${apple.settings} › ${apple.general} › ${apple.deviceManagement}</b>, tap the profile and then <b>${apple.removeProfile}</b>. Everything that it brought goes with it.`,
    leavingMac: html`Open <b>${apple.systemSettings} › ${apple.general} › ${apple.macDeviceManagement}</b>, choose the profile and remove it with the minus button. Everything that it brought goes with it.`,
    locked: (organization) =>
      `You cannot remove this profile yourself. The help desk of ${organization} can.`,
    removalPassword: (organization) =>
      `The device asks for a passcode for that, which the help desk of ${organization} has.`,
  },
  handOver: {
    browser: (name) => ({
      title: `Please change from ${name} to Safari`,
      text: 'Profiles are installed from Safari. Copy the address, open Safari and paste it there.',
    }),
    app: {
      title: 'Please open this page in Safari',
      text: 'This is a window inside an app, and profiles cannot be installed from there. Copy the address, open Safari and paste it there.',
    },
    android: {
      title: 'This is for iPhone, iPad and Mac',
      text: 'Android devices and other systems cannot be set up here. Open the address on your Apple device.',
    },
    desktop: {
      title: 'Go on with your iPhone or iPad',
      text: 'Point its camera at this code and tap the link that appears.',
    },
    copy: 'Copy the address',
    copied: 'Copied',
    address: 'Address',
    code: 'QR code of the address',
  },
  me: {
    title: 'My devices',
    lead: 'The devices that you have set up.',
    none: 'You have not set up a device yet.',
    unnamed: 'Device not known yet',
    since: (date) => `since ${date}`,
    states: {
      ready: 'Set up',
      unfinished: 'Not finished',
      failed: 'Did not work',
      expired: 'Time was over',
      removed: 'Removed',
    },
    update: 'Get the current settings',
    updateThis: 'Update',
    updateWhy: 'On the device itself: download the profile again, it replaces the one before.',
    remove: 'Remove',
    removeTitle: (device) => `Remove ${device}?`,
    removeWhat: (organization) =>
      `The certificate of this device is revoked at once. It can no longer fetch settings from ${organization}.`,
    removeThen: 'Then remove the profile from the device itself:',
    confirm: 'Yes, remove it',
    keep: 'Keep it',
    removed: {
      title: 'The device is removed',
      text: 'Its certificate is revoked. What the profile set up stays on the device until you remove it there:',
    },
    signOut: 'Sign out',
  },
  failures: {
    account_not_allowed: {
      title: 'Not for you yet',
      text: 'You are signed in, but not among those who may set up a device here. Ask the help desk to add you.',
    },
    account_taken: {
      title: 'Your name is taken',
      text: 'You are signed in, but somebody else is called so here. Ask the help desk.',
    },
    account_not_in_flow: {
      title: 'This is for other people',
      text: 'You are signed in, but this address is not meant for you. Ask for the one that is.',
    },
    flow_unknown: {
      title: 'Nothing here',
      text: 'Nobody can enroll at this address, or not any more. Ask for the address where you can.',
    },
    invitation_needed: {
      title: 'You need an invitation',
      text: 'Only those who were invited can enroll here. Open the link of your invitation.',
    },
    invitation_invalid: {
      title: 'This invitation does not work any more',
      text: 'It was used, has expired, or was taken back. Ask for a new one where you got it.',
    },
    sign_in_method: {
      title: 'Not with a password',
      text: 'People sign in here in another way. Ask for the address that was meant for you.',
    },
    sign_in_interrupted: {
      title: 'Please begin again',
      text: 'This sign-in was used, took more than ten minutes, or began in another browser.',
    },
    sign_in_refused: {
      title: 'You are not signed in',
      text: 'The sign-in was not accepted. Try again, or ask the help desk.',
    },
    sign_in_unavailable: {
      title: 'Signing in does not work at the moment',
      text: 'What checks your account does not answer. Please try again in a minute.',
    },
    enrollment_state: {
      title: 'This enrollment has gone on',
      text: 'The profile can no longer be downloaded here. Sign in again to begin anew.',
    },
    enrollment_unknown: {
      title: 'This device is not among yours',
      text: 'It may have been removed meanwhile.',
    },
    session_missing: {
      title: 'Please sign in',
      text: 'Your sign-in has ended, or you came here directly.',
    },
    foreign_origin: {
      title: 'That came from elsewhere',
      text: 'The request was not sent by a page of this server. Open the page here and try again.',
    },
    not_found: { title: 'Nothing here', text: 'The address is not one of ours.' },
    unavailable: {
      title: 'Please try again in a minute',
      text: 'This server cannot do that at the moment. It is not your fault.',
    },
    server: {
      title: 'Not your fault',
      text: 'Something went wrong here. Please try again in a minute.',
    },
    request: { title: 'That did not work', text: 'Please go back and try again.' },
  },
}
