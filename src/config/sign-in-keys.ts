import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import {
  attributeClaims,
  claim,
  claimValues,
  clientId,
  hosts,
  identityHeader,
  issuer,
  proxySecret,
  roleRules,
  scopes,
  signInMethods,
} from './sign-in-value.ts'
import { organizationName, password, path, whole } from './value.ts'

/** Of how people sign in: account holders, and operators with an OpenID provider; and of the way to it. */
export const signInKeys = {
  signIn: z
    .object({
      methods: signInMethods.prefault('password').register(descriptions, {
        meaning: 'How account holders sign in to enroll.',
        advice:
          'Take `password` away where everybody signs in elsewhere. `oidc` needs `oidc.issuer`, `proxy` needs `signIn.proxyHeader`.',
      }),
      proxyHeader: identityHeader.optional().register(descriptions, {
        meaning: 'The header in which the proxies of `proxy.trusted` say who has signed in there.',
        advice:
          'The proxy sets it on `/enroll` and `/e` itself, whatever its client sent, together with `X-Windfall-Proxy-Secret`.',
        fallback: 'none',
      }),
      proxySecret: proxySecret.optional().register(descriptions, {
        meaning:
          'What the proxy sends as `X-Windfall-Proxy-Secret`; without it nobody believes the header.',
        advice: 'Make it with `openssl rand -hex 32`, and let nobody else on the proxy read it.',
        fallback: 'none',
        isSecret: true,
      }),
      proxyFullNameHeader: identityHeader.optional().register(descriptions, {
        meaning: 'The header with the full name of who has signed in at the proxy.',
        advice: 'It is read where `signIn.proxyHeader` is believed.',
        fallback: 'none',
      }),
      proxyEmailHeader: identityHeader.optional().register(descriptions, {
        meaning: 'The header with their e-mail address.',
        advice: 'It is read where `signIn.proxyHeader` is believed.',
        fallback: 'none',
      }),
      proxyGroupsHeader: identityHeader.optional().register(descriptions, {
        meaning: 'The header with the groups that they are in, with commas between them.',
        advice: 'It is read where `signIn.proxyHeader` is believed.',
        fallback: 'none',
      }),
    })
    .register(titles, { title: 'Sign-in' }),
  oidc: z
    .object({
      issuer: issuer.optional().register(descriptions, {
        meaning:
          'The OpenID provider with which operators sign in, and account holders where `signIn.methods` says so.',
        advice: 'Exactly as its discovery document says it, the slash at its end included.',
        fallback: 'none, passwords only',
      }),
      clientId: clientId.optional().register(descriptions, {
        meaning: 'What the provider calls windfall.',
        advice:
          'Register windfall there with two redirect URIs: `publicUrl` and `/console/sign-in/oidc/callback`, `publicUrl` and `/enroll/oidc/callback`.',
        fallback: 'none',
      }),
      clientSecret: password.optional().register(descriptions, {
        meaning: 'With what windfall shows the provider that it is that client.',
        advice: 'Leave it out only for a client that the provider calls public.',
        fallback: 'none',
        isSecret: true,
      }),
      scopes: scopes.prefault('openid profile email').register(descriptions, {
        meaning: 'What is asked for at the provider.',
        advice: 'Add what the provider wants for the claim with the roles, often `groups`.',
      }),
      label: organizationName.prefault('single sign-on').register(descriptions, {
        meaning: 'What the button on the sign-in page says behind “Sign in with”.',
        advice: 'Take the name by which people know the provider.',
      }),
      roleClaim: claim.optional().register(descriptions, {
        meaning: 'The claim that says in which role somebody may come who is no operator yet.',
        advice: 'Give it with `oidc.roles`; without both, operators are linked by an owner.',
        fallback: 'none',
      }),
      roles: roleRules.optional().register(descriptions, {
        meaning: 'Which value of `oidc.roleClaim` gives which role; the first that fits counts.',
        advice: 'Take values that only administrators of the provider can give.',
        fallback: 'none',
      }),
      enrollmentClaim: claim.optional().register(descriptions, {
        meaning: 'The claim that says whether an account holder may enroll.',
        advice: 'Give it with `oidc.enrollmentValues`.',
        fallback: 'none, everybody whom the provider vouches for may',
      }),
      enrollmentValues: claimValues.optional().register(descriptions, {
        meaning: 'The values of `oidc.enrollmentClaim` with which somebody may; one is enough.',
        advice: 'Take the group of those who are to enroll.',
        fallback: 'none',
      }),
      nameClaim: claim.optional().register(descriptions, {
        meaning: 'The claim with the name of an account holder.',
        advice:
          'Take one that people cannot change themselves: an account without a password becomes that of who is called so.',
        fallback: '`preferred_username`, else a verified `email`',
      }),
      groupsClaim: claim.optional().register(descriptions, {
        meaning: 'The claim with the groups that an account holder is in.',
        advice: 'Ask for it with `oidc.scopes`; many providers want `groups` there.',
        fallback: 'none',
      }),
      attributes: attributeClaims.optional().register(descriptions, {
        meaning: 'Which claim gives which attribute of an account holder, `{{account.NAME}}`.',
        advice: 'Name what profiles need, and nothing else.',
        fallback: 'none',
      }),
    })
    .register(titles, { title: 'OpenID Connect' }),
  outbound: z
    .object({
      allow: hosts.optional().register(descriptions, {
        meaning:
          'Servers in private networks or on this machine that windfall may connect to, such as an OpenID provider.',
        advice: 'Name as few as will do; link-local addresses stay closed.',
        fallback: 'none, public addresses only',
      }),
      caFile: path.optional().register(descriptions, {
        meaning: 'Roots that such servers may chain to beside the well-known ones, PEM.',
        advice: 'Give the root of your own CA here.',
        fallback: 'none',
      }),
      timeoutSeconds: whole(1, 10).prefault('8').register(descriptions, {
        meaning: 'Seconds that another server may take for all that is asked of it at a time.',
        advice: 'Whoever signs in waits that long at most.',
      }),
    })
    .register(titles, { title: 'Outbound' }),
}
