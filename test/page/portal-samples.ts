import type { OwnDevice, Viewer } from '../../src/http/page/index.ts'
import {
  beginPage,
  type Journey,
  messagePage,
  myDevicesPage,
  progressPage,
  readyPage,
  removalPage,
  seenErrorPage,
  signInPage,
  welcomePage,
} from '../../src/http/page/index.ts'
import { TEXTS, type Texts } from '../../src/http/text/index.ts'
import { newId } from '../../src/model/index.ts'
import type { Outlook } from '../../src/service/enrollment/index.ts'
import { FINGERPRINT_OF_ROOT } from './views.ts'

export const ORGANIZATION = 'ACME Inc.'

export const OUTLOOK: Outlook = {
  profileName: 'ACME Onboarding',
  signerName: 'ACME Signing',
  isOwnSigner: true,
  attributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MEID', 'IMEI', 'ICCID'],
  payloads: [
    { type: 'com.apple.webClip.managed', accessRights: undefined },
    { type: 'com.apple.security.scep', accessRights: undefined },
    { type: 'com.apple.wifi.managed', accessRights: undefined },
  ],
  hasConsent: false,
  isLocked: false,
  hasRemovalPassword: false,
}

/** Everything that a profile can bring, and all that can be said of it. */
const MANAGED: Outlook = {
  ...OUTLOOK,
  payloads: [
    ...OUTLOOK.payloads,
    { type: 'com.apple.mdm', accessRights: 8191 },
    { type: 'com.apple.vpn.managed', accessRights: undefined },
    { type: 'com.apple.security.root', accessRights: undefined },
  ],
  hasConsent: true,
  hasRemovalPassword: true,
}

export const IPHONE: Viewer = { gear: 'iphone', kind: 'apple', browser: undefined }
const MAC: Viewer = { gear: 'mac', kind: 'apple', browser: undefined }
const IPAD: Viewer = { gear: 'ipad', kind: 'apple', browser: undefined }
const CHROME: Viewer = { gear: 'iphone', kind: 'browser', browser: 'Chrome' }
const APP: Viewer = { gear: 'iphone', kind: 'app', browser: undefined }
const ANDROID: Viewer = { gear: undefined, kind: 'android', browser: undefined }
const DESKTOP: Viewer = { gear: undefined, kind: 'desktop', browser: undefined }

const ITEMS = ['signedIn', 'downloaded', 'recognised', 'certified', 'delivered'] as const

export const journey = (done: number, rest: Partial<Journey> = {}): Journey => ({
  stage: 'guide',
  milestones: ITEMS.map((item, index) => [
    item,
    index < done ? 'done' : index > done ? 'ahead' : rest.stage === 'over' ? 'stopped' : 'current',
  ]),
  problem: undefined,
  leftMs: undefined,
  version: 'v',
  supportCode: 'K7Q-42M',
  ...rest,
})

const DEVICES: readonly OwnDevice[] = (
  ['ready', 'unfinished', 'failed', 'expired', 'removed'] as const
).map((state, index) => ({
  id: newId('device', index),
  family: state === 'failed' ? undefined : 'iPhone',
  serialNumber: state === 'failed' ? undefined : 'F2LXK0ABCD',
  state,
  since: Date.parse('2026-10-03T14:03:22Z'),
}))

const [DEVICE] = DEVICES
if (DEVICE === undefined) throw new Error('no device')
const device = DEVICE

/** Every page that people with a device see, in every form that looks different, in one language. */
export const portalSamples = (texts: Texts): Readonly<Record<string, string>> => {
  const speech = { organization: ORGANIZATION, texts }
  const welcome = {
    ...speech,
    caPath: '/CA',
    enrollPath: '/enroll',
    address: 'https://enroll.example.com:8443/',
    rootFingerprint: FINGERPRINT_OF_ROOT,
    viewer: IPHONE,
    outlook: OUTLOOK,
    privateRoot: false,
  }
  const ready = {
    ...speech,
    accountName: 'Anna Nováková',
    profilePath: '/enroll/profile',
    address: 'https://enroll.example.com:8443/enroll',
    viewer: IPHONE,
    journey: journey(1),
    outlook: OUTLOOK,
    isVerified: true,
    isLive: true,
  }
  const progress = { ...speech, outlook: OUTLOOK, isMac: false, isLive: true }
  const action = '/enroll'
  return {
    welcome: welcomePage(welcome),
    'welcome-private-root': welcomePage({ ...welcome, privateRoot: true, outlook: undefined }),
    'welcome-chrome': welcomePage({ ...welcome, viewer: CHROME }),
    'welcome-android': welcomePage({ ...welcome, viewer: ANDROID }),
    'welcome-desktop': welcomePage({ ...welcome, viewer: DESKTOP, outlook: MANAGED }),
    'sign-in': signInPage({ ...speech, action }),
    'sign-in-provider': signInPage({
      ...{ ...speech, action },
      provider: { href: '/enroll/oidc', label: 'Example ID' },
    }),
    'sign-in-proxy': signInPage({
      ...{ ...speech, action, hasPassword: false, proxyAction: '/enroll/proxy' },
      identity: { name: 'anna.novakova', fullName: 'Anna Nováková' },
    }),
    begin: beginPage({ ...speech, action }),
    'sign-in-again': signInPage({
      ...speech,
      action,
      name: 'anna.novakova',
      problem: texts.signIn.problems.sign_in_failed,
    }),
    ready: readyPage(ready),
    'ready-downloaded': readyPage({
      ...ready,
      journey: journey(2, { leftMs: 478_000, problem: 'network' }),
      isVerified: false,
    }),
    'ready-too-late': readyPage({ ...ready, journey: journey(2, { leftMs: 0 }), isLive: false }),
    'ready-ipad': readyPage({ ...ready, viewer: IPAD, outlook: MANAGED, accountName: undefined }),
    'ready-mac': readyPage({ ...ready, viewer: MAC }),
    'ready-app': readyPage({ ...ready, viewer: APP }),
    working: progressPage({ ...progress, journey: journey(3, { stage: 'working' }) }),
    finished: progressPage({ ...progress, journey: journey(5, { stage: 'finished' }) }),
    over: progressPage({
      ...progress,
      journey: journey(2, { stage: 'over', problem: 'tooOld' }),
    }),
    'seen-error': seenErrorPage({
      ...speech,
      action: '/enroll/error',
      journey: journey(2),
      seen: undefined,
    }),
    'seen-error-advice': seenErrorPage({
      ...speech,
      action: '/enroll/error',
      journey: journey(2),
      seen: 'no_profile',
    }),
    'my-devices': myDevicesPage({ ...speech, devices: DEVICES }),
    'my-devices-none': myDevicesPage({ ...speech, devices: [] }),
    removal: removalPage({ ...speech, device, outlook: MANAGED, action: '/me/devices/x/remove' }),
    removed: removalPage({
      ...speech,
      device: { ...device, family: 'Mac' },
      outlook: { ...OUTLOOK, isLocked: true },
      action: undefined,
    }),
    message: messagePage({
      ...speech,
      ...texts.failures.session_missing,
      action: { href: '/enroll', label: texts.frame.toSignIn },
      supportCode: 'K7Q-42M',
    }),
  }
}

/** Pages with `text` wherever somebody else than us chooses the words. */
export const hostileSamples = (text: string): Readonly<Record<string, string>> => {
  const speech = { organization: text, texts: TEXTS.ar }
  const outlook: Outlook = {
    ...OUTLOOK,
    profileName: text,
    signerName: text,
    attributes: [text],
    payloads: [{ type: text, accessRights: undefined }],
  }
  return {
    ready: readyPage({
      ...speech,
      ...{ accountName: text, profilePath: '/enroll/profile', address: text },
      ...{ viewer: { ...CHROME, browser: text }, journey: journey(2, { leftMs: 1000 }) },
      ...{ outlook, isVerified: true, isLive: true },
    }),
    devices: myDevicesPage({
      ...speech,
      devices: [{ ...device, family: text, serialNumber: text }],
    }),
    removal: removalPage({
      ...speech,
      ...{ device: { ...device, family: text, serialNumber: text }, outlook, action: '/me' },
    }),
    'sign-in': signInPage({ ...speech, action: '/enroll', name: text, problem: text }),
  }
}
