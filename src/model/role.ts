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
  'invitation.read',
  'invitation.write',
  'audit.read',
  'diagnosis.read',
  'operator.read',
  'operator.write',
  'session.own',
  'session.all',
  'token.own',
  'token.all',
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
    'invitation.read',
    'invitation.write',
    'audit.read',
    'diagnosis.read',
    'operator.read',
    'session.own',
    'token.own',
  ]),
  helpdesk: new Set([
    'enrollment.read',
    'link.create',
    'account.read',
    'account.write',
    'invitation.read',
    'invitation.write',
    'session.own',
  ]),
  auditor: new Set([
    'enrollment.read',
    'account.read',
    'invitation.read',
    'audit.read',
    'diagnosis.read',
    'operator.read',
    'session.own',
  ]),
}

export const permissionsOf = (role: Role): ReadonlySet<Permission> => GRANTED[role]

/** What an API token may be made for. None makes or revokes tokens: it would outlive itself. */
export const SCOPES = PERMISSIONS.filter((permission) => !permission.startsWith('token.'))
