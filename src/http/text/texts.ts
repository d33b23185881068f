import type { Language } from '../../model/index.ts'
import type { Html } from '../html.ts'

/** What Apple's systems call their buttons and places, in the language of the device. */
export interface AppleWords {
  readonly allow: string
  readonly ignore: string
  readonly close: string
  readonly cancel: string
  readonly done: string
  readonly install: string
  readonly next: string
  readonly trust: string
  readonly warning: string
  readonly settings: string
  readonly general: string
  readonly about: string
  readonly softwareUpdate: string
  readonly certificateTrust: string
  readonly profileDownloaded: string
  readonly profileInstalled: string
  readonly enterPasscode: string
  readonly verified: string
  readonly notVerified: string
  readonly remoteManagement: string
  readonly deviceManagement: string
  readonly removeProfile: string
  readonly systemSettings: string
  readonly macDeviceManagement: string
  readonly macInstall: string
}

export type Gear = 'iphone' | 'ipad' | 'mac' | 'other'

/** What somebody has to do on the device, in the order in which devices ask. */
export const TAPS = [
  'allow',
  'close',
  'downloaded',
  'install',
  'passcode',
  'consent',
  'warning',
  'confirm',
  'trust',
  'done',
  'macAllow',
  'macOpen',
  'macReview',
  'macInstall',
  'macPassword',
  'macDone',
] as const
export type Tap = (typeof TAPS)[number]

/** What a device says of a profile before it is installed. */
export interface ProfileLooks {
  readonly name: string
  readonly signer: string
  /** Whether the device trusts the signer. */
  readonly isVerified: boolean
}

export const PROBLEMS = [
  'again',
  'network',
  'notListed',
  'tooOld',
  'disabled',
  'timedOut',
  'otherDevice',
  'notGenuine',
  'ours',
  'withdrawn',
  'other',
] as const
export type Problem = (typeof PROBLEMS)[number]

/** What a device may show instead of the next dialog. */
export const DEVICE_ERRORS = [
  'installation_failed',
  'network_error',
  'invalid_response',
  'server_certificate',
  'no_download',
  'no_profile',
  'other',
] as const
export type DeviceError = (typeof DEVICE_ERRORS)[number]

export const ATTRIBUTES = [
  'UDID',
  'SERIAL',
  'PRODUCT',
  'VERSION',
  'DEVICE_NAME',
  'IMEI',
  'MEID',
  'ICCID',
] as const
export type Attribute = (typeof ATTRIBUTES)[number]

/** What a payload does for the person, whatever its type is called. */
export const EFFECTS = [
  'mail',
  'calendar',
  'wifi',
  'vpn',
  'filter',
  'root',
  'certificate',
  'identity',
  'passcode',
  'restrictions',
  'webClip',
  'font',
  'mdm',
] as const
export type Effect = (typeof EFFECTS)[number]

/** What an organisation can do, or cannot, as the access rights of its MDM payload say. */
export const ABILITIES = [
  'photos',
  'messages',
  'location',
  'browsing',
  'passwords',
  'traffic',
  'apps',
  'manageApps',
  'inspect',
  'lock',
  'erase',
] as const
export type Ability = (typeof ABILITIES)[number]

export type DeviceState = 'ready' | 'unfinished' | 'failed' | 'expired' | 'removed'

/** A heading and what is to be said below it. */
export interface Said {
  readonly title: string
  readonly text: string
}

/** Everything that a person with a device is told, in one language. */
export interface Texts {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  /** What the language is called in itself. */
  readonly endonym: string
  readonly apple: AppleWords
  /** “this iPhone”, as what is set up. */
  readonly gear: Readonly<Record<Gear, string>>
  readonly frame: {
    readonly languages: string
    readonly myDevices: string
    readonly help: (organization: string) => string
    readonly support: string
    readonly toSignIn: string
    readonly toStart: string
  }
  readonly welcome: {
    readonly title: string
    readonly heading: (organization: string) => string
    readonly lead: string
    readonly inSafari: string
    readonly start: (gear: string) => string
    readonly trustFirst: string
    readonly trustFirstWhy: (organization: string) => string
    readonly trustIfAsked: string
    readonly trustIfAskedWhy: (organization: string) => string
    readonly downloadRoot: string
    readonly installRoot: Html
    readonly switchOn: Html
    readonly compare: (organization: string) => string
    readonly thenEnroll: string
    readonly whatHappens: string
    readonly steps: (organization: string) => readonly Html[]
  }
  readonly signIn: {
    readonly title: string
    readonly lead: (organization: string) => string
    readonly name: string
    readonly password: string
    readonly button: string
    readonly privacy: (organization: string) => string
    /** By the code of the refusal. */
    readonly problems: Readonly<
      Record<'sign_in_failed' | 'too_many_attempts' | 'password_too_long', string>
    >
  }
  readonly guide: {
    readonly title: string
    readonly signedIn: string
    readonly hello: (name: Html) => Html
    readonly lead: (taps: number) => string
    readonly download: string
    readonly again: string
    readonly deadline: string
    readonly deadlineWhy: string
    /** `time` is in minutes and seconds. */
    readonly timeLeft: (time: Html) => Html
    readonly timeUp: string
    readonly whatYouSee: string
    readonly left: (taps: number) => string
    readonly picture: (label: string) => string
    readonly taps: Readonly<Record<Exclude<Tap, 'install'>, Html>>
    readonly install: (looks: ProfileLooks) => Html
  }
  readonly progress: {
    readonly title: string
    readonly items: Readonly<
      Record<'signedIn' | 'downloaded' | 'recognised' | 'certified' | 'delivered', string>
    >
    readonly marks: Readonly<Record<'done' | 'current' | 'ahead' | 'stopped', string>>
    readonly working: Said
    readonly finished: (organization: string) => Said
    readonly looking: string
    readonly pause: string
    readonly resume: string
    readonly seeError: string
    readonly beginAgain: string
  }
  readonly problems: Readonly<Record<Problem, Said>>
  readonly errors: {
    readonly title: string
    readonly lead: string
    readonly thanks: string
    readonly back: string
    /** The title is what the device shows, the text what to do. */
    readonly choices: Readonly<Record<DeviceError, Said>>
  }
  readonly sees: {
    readonly title: (organization: string) => string
    readonly learns: (organization: string) => string
    readonly attributes: Readonly<Record<Attribute, string>>
    readonly installs: string
    readonly effects: Readonly<Record<Effect, string>>
    readonly otherEffect: (type: string) => string
    readonly can: (organization: string) => string
    readonly cannot: (organization: string) => string
    readonly abilities: Readonly<Record<Ability, string>>
    readonly leave: string
    readonly leaving: Html
    readonly leavingMac: Html
    readonly locked: (organization: string) => string
    readonly removalPassword: (organization: string) => string
  }
  readonly handOver: {
    readonly browser: (name: string) => Said
    readonly app: Said
    readonly android: Said
    readonly desktop: Said
    readonly copy: string
    readonly copied: string
    readonly address: string
    readonly code: string
  }
  readonly me: {
    readonly title: string
    readonly lead: string
    readonly none: string
    readonly unnamed: string
    readonly since: (date: string) => string
    readonly states: Readonly<Record<DeviceState, string>>
    readonly update: string
    readonly updateWhy: string
    readonly remove: string
    readonly removeTitle: (device: string) => string
    readonly removeWhat: (organization: string) => string
    readonly removeThen: string
    readonly confirm: string
    readonly keep: string
    readonly removed: Said
    readonly signOut: string
  }
  /** By the code of the failure; `server` and `request` for those without words of their own. */
  readonly failures: Readonly<
    Record<
      | 'enrollment_state'
      | 'enrollment_unknown'
      | 'session_missing'
      | 'foreign_origin'
      | 'not_found'
      | 'unavailable'
      | 'server'
      | 'request',
      Said
    >
  >
}
