import type { Permission } from '../model/index.ts'
import { OIDC_CALLBACK } from '../service/operator/index.ts'
import { FAVICON_PATH, STYLESHEET_PATH } from './page/index.ts'

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
  ['GET', FAVICON_PATH, 'public'],

  ['GET', '/enroll', 'public'],
  ['POST', '/enroll', 'public'],
  ['GET', '/i/:token', 'link'],
  ['POST', '/i/:token', 'link'],
  ['GET', '/enroll/ready', 'portal session'],
  ['GET', '/enroll/profile', 'portal session'],

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
  ['POST', '/api/v1/accounts/:name/erase', 'account.erase'],
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

  ['GET', '/api/v1/diagnosis', 'diagnosis.read'],

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
