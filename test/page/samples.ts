import {
  enrollmentListPage,
  funnelPage,
  messagePage,
  operatorSignInPage,
  personPage,
  setUpPage,
  timelinePage,
} from '../../src/http/page/index.ts'
import { funnel } from './funnel-view.ts'
import { configured, refused, waiting } from './views.ts'

const organization = 'ACME Inc.'

/** Every page of operators in every form that looks different. */
export const SAMPLES: Readonly<Record<string, string>> = {
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
  message: messagePage({
    organization,
    title: 'This link was used',
    text: 'It opens once and for 15 minutes. Ask for a new one where you got it.',
    action: { href: '/console/sign-in', label: 'Go to sign-in' },
    supportCode: '0d3c1f7e-6f0a-4f6e-9f0e-6a6a3f6f1b7a',
  }),
  funnel: funnelPage({ organization, funnel }),
  'funnel-empty': funnelPage({ organization, funnel: { ...funnel, flows: [] } }),
  person: personPage([refused, configured, waiting]),
  'timeline-configured': timelinePage(configured, {
    refreshSeconds: 5,
    personPath: '/accounts/x',
  }),
  'timeline-waiting': timelinePage(waiting, { refreshSeconds: 5 }),
  'timeline-held': timelinePage(waiting, {}),
  'timeline-refused': timelinePage(refused, {}),
}
