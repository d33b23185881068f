import type { Permission } from '../model/index.ts'
import { ENROLL_OIDC_CALLBACK } from '../service/account/index.ts'
import { OIDC_CALLBACK } from '../service/operator/index.ts'
import { FAVICON_PATH, NEWS_PATH, SCRIPT_PATH, STYLESHEET_PATH } from './page/index.ts'

/** Who may ask for a route. A permission is for operators' sessions, API tokens and the owner's socket. */
export type Who =
  /** Everybody. */
  | 'public'
  /** Everybody: the message itself proves who sent it. */
  | 'device'
  /** Whoever has the link: its secret stands in the path. */
  | 'link'
  /** An account holder who signed in to enroll. */
  | 'portal session'
  /** An account holder who signed in, to enroll or for their devices. */
  | 'account holder'
  /** An operator with `enrollment.read`, or a visitor who came by a one-use link. */
  | 'enrollment page'
  /** An operator who signed in, whatever their role. */
  | 'operator session'
  /** Whoever may read the data directory: only its socket has the route. */
  | 'owner of the data'
  | Permission

/** Where the API is. */
export const API_PREFIX = '/api/v1'

/** Where operators sign in. */
export const SIGN_IN = '/console/sign-in'

/** Where they go to sign in with an OpenID provider. */
export const OIDC_SIGN_IN = `${SIGN_IN}/oidc`

/** Where account holders go to sign in with an OpenID provider. */
export const ENROLL_OIDC = '/enroll/oidc'

/** Where whoever has signed in at a trusted proxy goes on. */
export const ENROLL_PROXY = '/enroll/proxy'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

type Row = readonly [method: Method, path: string, who: Who]

/**
 * Every route of every listener, and who may ask for it. A route that is not here cannot be registered. HEAD is
 * as GET.
 */
export const ROUTES: readonly Row[] = [
  ['GET', '/', 'public'],
  ['GET', '/CA', 'public'],
  ['GET', STYLESHEET_PATH, 'public'],
  ['GET', SCRIPT_PATH, 'public'],
  ['GET', FAVICON_PATH, 'public'],

  ['GET', '/enroll', 'public'],
  ['POST', '/enroll', 'public'],
  ['GET', ENROLL_OIDC, 'public'],
  ['GET', ENROLL_OIDC_CALLBACK, 'public'],
  ['POST', ENROLL_PROXY, 'public'],
  ['GET', '/e/:flow', 'public'],
  ['POST', '/e/:flow', 'public'],
  ['GET', '/i/:token', 'link'],
  ['POST', '/i/:token', 'link'],
  ['GET', '/enroll/ready', 'portal session'],
  ['GET', NEWS_PATH, 'portal session'],
  ['GET', '/enroll/error', 'portal session'],
  ['POST', '/enroll/error', 'portal session'],
  ['GET', '/enroll/profile', 'portal session'],

  ['GET', '/me/sign-in', 'public'],
  ['POST', '/me/sign-in', 'public'],
  ['GET', '/me', 'account holder'],
  ['POST', '/me/update', 'account holder'],
  ['POST', '/me/sign-out', 'account holder'],
  ['GET', '/me/devices/:device/profile', 'account holder'],
  ['GET', '/me/devices/:device/remove', 'account holder'],
  ['POST', '/me/devices/:device/remove', 'account holder'],

  ['GET', '/.well-known/acme-challenge/:token', 'public'],

  ['POST', '/profile', 'device'],
  ['GET', '/scep', 'device'],
  ['POST', '/scep', 'device'],
  ['GET', '/scep/*', 'device'],
  ['POST', '/scep/*', 'device'],
  ['GET', '/cgi-bin/pkiclient.exe', 'device'],
  ['POST', '/cgi-bin/pkiclient.exe', 'device'],
  ['GET', '/cgi-bin/pkiclient.exe/*', 'device'],
  ['POST', '/cgi-bin/pkiclient.exe/*', 'device'],
  ['GET', '/certsrv/mscep/*', 'device'],
  ['POST', '/certsrv/mscep/*', 'device'],

  ['GET', '/open/:link', 'link'],
  ['GET', '/enrollments', 'enrollment page'],
  ['GET', '/enrollments/:id', 'enrollment page'],
  ['GET', '/accounts/:id', 'enrollment page'],
  ['GET', '/funnel', 'enrollment page'],

  ['GET', '/console/set-up/:link', 'link'],
  ['POST', '/console/set-up/:link', 'link'],
  ['GET', SIGN_IN, 'public'],
  ['POST', SIGN_IN, 'public'],
  ['GET', OIDC_SIGN_IN, 'public'],
  ['GET', OIDC_CALLBACK, 'public'],
  ['POST', '/console/sign-out', 'operator session'],
  ['POST', '/console/sign-out-everywhere', 'operator session'],

  ['GET', '/api/openapi.json', 'public'],
  ['GET', '/api/v1/enrollments', 'enrollment.read'],
  ['GET', '/api/v1/enrollments/:id', 'enrollment.read'],
  ['GET', '/api/v1/steps', 'enrollment.read'],
  ['GET', '/api/v1/events', 'enrollment.read'],
  ['GET', '/api/v1/enrollments.csv', 'enrollment.read'],
  ['GET', '/api/v1/steps.csv', 'enrollment.read'],
  ['GET', '/api/v1/funnel', 'enrollment.read'],
  ['GET', '/api/v1/funnel.csv', 'enrollment.read'],
  ['GET', '/api/v1/explanations', 'enrollment.read'],
  ['GET', '/api/v1/explanations/:code', 'enrollment.read'],
  ['POST', '/api/v1/links', 'link.create'],
  ['GET', '/api/v1/accounts', 'account.read'],
  ['POST', '/api/v1/accounts', 'account.write'],
  ['GET', '/api/v1/accounts/:name', 'account.read'],
  ['PATCH', '/api/v1/accounts/:name', 'account.write'],
  ['POST', '/api/v1/accounts/imports', 'account.write'],
  ['POST', '/api/v1/accounts/:name/disable', 'account.write'],
  ['POST', '/api/v1/accounts/:name/enable', 'account.write'],
  ['POST', '/api/v1/accounts/:name/password', 'account.write'],
  ['GET', '/api/v1/accounts/:name/export', 'account.read'],
  ['GET', '/api/v1/accounts/:name/timeline', 'enrollment.read'],
  ['POST', '/api/v1/accounts/:name/erase', 'account.erase'],
  ['GET', '/api/v1/flows', 'flow.read'],
  ['POST', '/api/v1/flows', 'flow.write'],
  ['GET', '/api/v1/flows/:name', 'flow.read'],
  ['PATCH', '/api/v1/flows/:name', 'flow.write'],
  ['DELETE', '/api/v1/flows/:name', 'flow.write'],
  ['POST', '/api/v1/flows/:name/apply', 'flow.write'],
  ['GET', '/api/v1/flows/:name/devices', 'flow.read'],
  ['POST', '/api/v1/flows/:name/devices', 'flow.write'],
  ['DELETE', '/api/v1/flows/:name/devices/:device', 'flow.write'],
  ['GET', '/api/v1/invitations', 'invitation.read'],
  ['POST', '/api/v1/invitations', 'invitation.write'],
  ['POST', '/api/v1/invitations/batches', 'invitation.write'],
  ['POST', '/api/v1/invitations/reminders', 'invitation.write'],
  ['GET', '/api/v1/invitations/:id', 'invitation.read'],
  ['GET', '/api/v1/invitations/:id/link', 'invitation.write'],
  ['POST', '/api/v1/invitations/:id/resend', 'invitation.write'],
  ['POST', '/api/v1/invitations/:id/revoke', 'invitation.write'],
  ['GET', '/api/v1/audit', 'audit.read'],
  ['GET', '/api/v1/audit/lines', 'audit.read'],
  ['GET', '/api/v1/audit/verify', 'audit.read'],
  ['POST', '/api/v1/audit/exports', 'audit.read'],

  ['GET', '/api/v1/profile-versions', 'enrollment.read'],
  ['GET', '/api/v1/outdated-devices', 'enrollment.read'],

  ['GET', '/api/v1/diagnosis', 'diagnosis.read'],

  ['GET', '/api/v1/directories', 'directory.read'],
  ['POST', '/api/v1/directories', 'directory.write'],
  ['GET', '/api/v1/directories/:name', 'directory.read'],
  ['PATCH', '/api/v1/directories/:name', 'directory.write'],
  ['DELETE', '/api/v1/directories/:name', 'directory.write'],
  ['POST', '/api/v1/directories/:name/apply', 'directory.write'],
  ['POST', '/api/v1/directories/:name/test', 'directory.write'],
  ['POST', '/api/v1/directories/:name/sync', 'directory.write'],

  ['GET', '/api/v1/operators', 'operator.read'],
  ['POST', '/api/v1/operators', 'operator.write'],
  ['GET', '/api/v1/operators/:name', 'operator.read'],
  ['POST', '/api/v1/operators/:name/role', 'operator.write'],
  ['POST', '/api/v1/operators/:name/password', 'operator.write'],
  ['POST', '/api/v1/operators/:name/identity', 'operator.write'],
  ['DELETE', '/api/v1/operators/:name/identity', 'operator.write'],
  ['DELETE', '/api/v1/operators/:name', 'operator.write'],
  ['POST', '/api/v1/set-up-links', 'operator.write'],
  ['GET', '/api/v1/sessions', 'session.own'],
  ['DELETE', '/api/v1/sessions', 'session.own'],
  ['DELETE', '/api/v1/sessions/:id', 'session.own'],
  ['GET', '/api/v1/tokens', 'token.own'],
  ['POST', '/api/v1/tokens', 'token.own'],
  ['DELETE', '/api/v1/tokens/:id', 'token.own'],

  ['GET', '/api/v1/webhooks', 'webhook.read'],
  ['POST', '/api/v1/webhooks', 'webhook.write'],
  ['GET', '/api/v1/webhooks/:id', 'webhook.read'],
  ['DELETE', '/api/v1/webhooks/:id', 'webhook.write'],
  ['POST', '/api/v1/webhooks/:id/rotate', 'webhook.write'],
  ['POST', '/api/v1/webhooks/:id/disable', 'webhook.write'],
  ['POST', '/api/v1/webhooks/:id/enable', 'webhook.write'],
  ['POST', '/api/v1/webhooks/:id/test', 'webhook.write'],
  ['POST', '/api/v1/webhooks/:id/replay', 'webhook.write'],
  ['GET', '/api/v1/webhooks/:id/deliveries', 'webhook.read'],

  ['POST', '/api/v1/backups', 'owner of the data'],

  ['GET', '/livez', 'public'],
  ['GET', '/readyz', 'public'],
  ['GET', '/metrics', 'public'],
]

const BY_ROUTE: ReadonlyMap<string, Who> = new Map(
  ROUTES.map(([method, path, who]) => [`${method} ${path}`, who]),
)

/** @throws Error for a route that is not in the table */
export const whoMayAsk = (method: string, path: string): Who => {
  const who = BY_ROUTE.get(`${method === 'HEAD' ? 'GET' : method} ${path}`)
  if (who === undefined) throw new Error(`${method} ${path} is not in the table of routes`)
  return who
}
