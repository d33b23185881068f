/**
 * How an account holder can prove who they are: by a password, windfall's own or that of a directory; with an OpenID
 * provider; by what a trusted reverse proxy says; by having an invitation.
 */
export const SIGN_IN_METHODS = ['password', 'oidc', 'proxy', 'invitation'] as const
export type SignInMethod = (typeof SIGN_IN_METHODS)[number]
