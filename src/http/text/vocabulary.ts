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
export type Tap =
  | 'allow'
  | 'close'
  | 'downloaded'
  | 'install'
  | 'passcode'
  | 'consent'
  | 'warning'
  | 'confirm'
  | 'trust'
  | 'done'
  | 'macAllow'
  | 'macOpen'
  | 'macReview'
  | 'macInstall'
  | 'macPassword'
  | 'macDone'

/** What a device says of a profile before it is installed. */
export interface ProfileLooks {
  readonly name: string
  readonly signer: string
  /** Whether the device trusts the signer. */
  readonly isVerified: boolean
}

export type Problem =
  | 'again'
  | 'network'
  | 'notListed'
  | 'tooOld'
  | 'disabled'
  | 'timedOut'
  | 'otherDevice'
  | 'notGenuine'
  | 'ours'
  | 'withdrawn'
  | 'other'

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
export type Effect =
  | 'mail'
  | 'calendar'
  | 'wifi'
  | 'vpn'
  | 'filter'
  | 'root'
  | 'certificate'
  | 'identity'
  | 'passcode'
  | 'restrictions'
  | 'webClip'
  | 'font'
  | 'mdm'

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
