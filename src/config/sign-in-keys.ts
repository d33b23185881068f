import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import { claim, clientId, hosts, issuer, roleRules, scopes } from './sign-in-value.ts'
import { organizationName, password, path, whole } from './value.ts'

/** Of signing in with an OpenID provider, and of the way to it. */
export const signInKeys = {
  oidc: z
    .object({
      issuer: issuer.optional().register(descriptions, {
        meaning: 'The OpenID provider with which operators sign in.',
        advice: 'Exactly as its discovery document says it, the slash at its end included.',
        fallback: 'none, passwords only',
      }),
      clientId: clientId.optional().register(descriptions, {
        meaning: 'What the provider calls windfall.',
        advice:
          'Register windfall there with `publicUrl` and `/console/sign-in/oidc/callback` as the redirect URI.',
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
