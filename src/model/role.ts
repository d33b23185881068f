/** What an operator is for. */
export const ROLES = ['owner', 'administrator', 'helpdesk', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** What somebody may do: with what, and whether they see or change it, or what of it is theirs. */
export const PERMISSIONS = [
  'enrollment.read',
  'link.create',
  'account.read',
  'account.write',
  'account.erase',
  'flow.read',
  'flow.write',
  'invitation.read',
  'invitation.write',
  'audit.read',
  'diagnosis.read',
  'directory.read',
  'directory.write',
  'operator.read',
  'operator.write',
  'session.own',
  'session.all',
  'token.own',
  'token.all',
  'webhook.read',
  'webhook.write',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const GRANTED: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(PERMISSIONS),
  administrator: new Set([
    'enrollment.read',
    'link.create',
    'account.read',
    'account.write',
    'account.erase',
    'flow.read',
    'flow.write',
    'invitation.read',
    'invitation.write',
    'audit.read',
    'diagnosis.read',
    'directory.read',
    'directory.write',
    'operator.read',
    'session.own',
    'token.own',
    'webhook.read',
    'webhook.write',
  ]),
  helpdesk: new Set([
    'enrollment.read',
    'link.create',
    'account.read',
    'account.write',
    'flow.read',
    'invitation.read',
    'invitation.write',
    'session.own',
  ]),
  auditor: new Set([
    'enrollment.read',
    'account.read',
    'flow.read',
    'invitation.read',
    'audit.read',
    'diagnosis.read',
    'directory.read',
    'operator.read',
    'session.own',
    'webhook.read',
  ]),
}

export const permissionsOf = (role: Role): ReadonlySet<Permission> => GRANTED[role]

/** What an API token may be made for. None makes or revokes tokens: it would outlive itself. */
export const SCOPES = PERMISSIONS.filter((permission) => !permission.startsWith('token.'))
