import {
  enrollmentListPage,
  IPHONE_TAPS,
  messagePage,
  operatorSignInPage,
  readyPage,
  setUpPage,
  signInPage,
  timelinePage,
  welcomePage,
} from '../../src/http/page/index.ts'
import { configured, FINGERPRINT_OF_ROOT, refused, waiting } from './views.ts'

const organization = 'ACME Inc.'
const welcome = {
  organization,
  caPath: '/CA',
  enrollPath: '/enroll',
  rootFingerprint: FINGERPRINT_OF_ROOT,
}

/** Every page in every form that looks different. */
export const SAMPLES: Readonly<Record<string, string>> = {
  welcome: welcomePage({ ...welcome, privateRoot: false }),
  'welcome-private-root': welcomePage({ ...welcome, privateRoot: true }),
  'sign-in': signInPage({ organization, action: '/enroll' }),
  'sign-in-again': signInPage({
    organization,
    action: '/enroll',
    name: 'anna.novakova',
    problem: 'That account name and password do not belong together. Check both and try again.',
  }),
  'sign-in-provider': signInPage({
    organization,
    action: '/enroll',
    provider: { href: '/enroll/oidc', label: 'Example ID' },
  }),
  'sign-in-proxy': signInPage({
    organization,
    action: '/enroll',
    hasPassword: false,
    proxyAction: '/enroll/proxy',
    identity: { name: 'anna.novakova', fullName: 'Anna Nováková' },
    provider: { href: '/enroll/oidc', label: 'Example ID' },
  }),
  'operator-sign-in': operatorSignInPage({ organization, action: '/console/sign-in' }),
  'operator-sign-in-provider': operatorSignInPage({
    organization,
    action: '/console/sign-in',
    provider: { href: '/console/sign-in/oidc', label: 'Example ID' },
    name: 'olga',
    problem: 'This name and password do not go together. Please try again.',
  }),
  'set-up': setUpPage({ organization, action: '/console/set-up/x' }),
  'list-of-operator': enrollmentListPage({
    organization,
    enrollments: [configured, waiting, refused],
    isOperator: true,
  }),
  ready: readyPage({
    organization,
    accountName: 'Anna Nováková',
    profilePath: '/enroll/profile',
    taps: IPHONE_TAPS,
  }),
  message: messagePage({
    organization,
    title: 'This link has expired',
    text: 'For your safety the link worked for a short time only. Sign in again and you get a new one.',
    action: { href: '/enroll', label: 'Sign in again' },
    supportCode: 'K7Q-42M',
  }),
  'timeline-configured': timelinePage(configured, { refreshSeconds: 5 }),
  'timeline-waiting': timelinePage(waiting, { refreshSeconds: 5 }),
  'timeline-held': timelinePage(waiting, {}),
  'timeline-refused': timelinePage(refused, {}),
}
