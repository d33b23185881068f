import type { Language } from '../../model/index.ts'
import type { Html } from '../html.ts'
import type {
  Ability,
  AppleWords,
  Attribute,
  DeviceError,
  DeviceState,
  Effect,
  Gear,
  Problem,
  ProfileLooks,
  Tap,
} from './vocabulary.ts'

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
    readonly with: (provider: string) => string
    /** Whom a server in front of windfall has let in. */
    readonly as: (name: Html) => Html
    readonly or: string
    readonly privacy: (organization: string) => string
    /** By the code of the refusal. */
    readonly problems: Readonly<
      Record<'sign_in_failed' | 'too_many_attempts' | 'password_too_long', string>
    >
  }
  /** Where the device alone is asked for. */
  readonly begin: {
    readonly title: string
    readonly lead: (organization: string) => string
    readonly button: string
  }
  readonly invitation: {
    readonly title: (organization: string) => string
    readonly lead: (name: Html) => Html
  }
  readonly guide: {
    readonly title: string
    readonly signedIn: string
    /** Where nobody has signed in. */
    readonly ready: string
    readonly hello: (name: Html) => Html
    readonly lead: (taps: number) => string
    readonly leadMac: (taps: number) => string
    readonly download: string
    readonly again: string
    readonly deadline: string
    readonly deadlineWhy: string
    /** `time` is in minutes and seconds. */
    readonly timeLeft: (time: Html) => Html
    readonly timeUp: string
    readonly stepsFor: string
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
    /** What brings one device the current profile. */
    readonly updateThis: string
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
      | 'account_not_allowed'
      | 'account_not_in_flow'
      | 'account_taken'
      | 'flow_unknown'
      | 'invitation_needed'
      | 'invitation_invalid'
      | 'sign_in_method'
      | 'sign_in_interrupted'
      | 'sign_in_refused'
      | 'sign_in_unavailable'
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
