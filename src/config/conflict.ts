import { isIP } from 'node:net'
import { type MessageCombination, messageConflicts } from './message-conflict.ts'
import type { ListenAddress } from './value.ts'

/** Keys whose values are good by themselves and cannot stand together. */
export interface Conflict {
  readonly keys: readonly [string, string]
  readonly message: string
}

/** What the rules look at; a listener is undefined where it is off or has the default that gives way. */
export interface Combination extends MessageCombination {
  readonly listeners: Readonly<Record<string, ListenAddress | undefined>>
  readonly publicUrl?: string | undefined
  readonly tls: Pair & { readonly off: boolean }
  readonly acme: { readonly directoryUrl?: string | undefined; readonly termsAgreed: boolean }
  readonly proxy: { readonly trusted: readonly unknown[] }
  readonly signer: Pair
  readonly oidc: {
    readonly issuer?: string | undefined
    readonly clientId?: string | undefined
    readonly roleClaim?: string | undefined
    readonly roles?: readonly unknown[] | undefined
    readonly enrollmentClaim?: string | undefined
    readonly enrollmentValues?: readonly unknown[] | undefined
  }
  readonly signIn: {
    readonly methods: readonly string[]
    readonly proxyHeader?: string | undefined
    readonly proxySecret?: unknown
    readonly proxyFullNameHeader?: string | undefined
    readonly proxyEmailHeader?: string | undefined
    readonly proxyGroupsHeader?: string | undefined
  }
  readonly ca: { readonly keyType: string; readonly ra: boolean }
  readonly enrollment: {
    readonly deviceListFile?: string | undefined
    readonly requireAppleSigner: boolean
  }
}

interface Pair {
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
}

const FILES = ['certificateFile', 'keyFile'] as const

export const findConflicts = (it: Combination): readonly Conflict[] => [
  ...halfPair('tls', it.tls, FILES),
  ...halfPair('signer', it.signer, FILES),
  ...halfPair('oidc', it.oidc, ['issuer', 'clientId']),
  ...halfPair('oidc', it.oidc, ['roleClaim', 'roles']),
  ...halfPair('oidc', it.oidc, ['enrollmentClaim', 'enrollmentValues']),
  ...methodFaults(it),
  ...sharedHeaders(it.signIn),
  ...halfPair('mail', it.mail ?? {}, ['url', 'from']),
  ...messageConflicts(it),
  ...(it.tls.off ? plainHttp(it) : []),
  ...(it.acme.directoryUrl ? acmeFaults(it) : []),
  ...(it.ca.ra || it.ca.keyType.startsWith('rsa-') ? [] : [NO_KEY_TO_ENCRYPT_TO]),
  ...(it.enrollment.requireAppleSigner || !it.enrollment.deviceListFile ? [] : [LIST_OF_CLAIMS]),
  ...sharedPorts(it.listeners),
]

const halfPair = <K extends string>(
  section: string,
  values: { readonly [key in K]?: unknown },
  [one, other]: readonly [K, K],
): readonly Conflict[] => {
  if (Boolean(values[one]) === Boolean(values[other])) return []
  const keys = [`${section}.${one}`, `${section}.${other}`] as const
  return [{ keys, message: `${keys.join(' and ')} belong together: give both or neither` }]
}

const plainHttp = ({ publicUrl, tls, proxy }: Combination): readonly Conflict[] => {
  const conflict = (key: string, why: string): Conflict => ({
    keys: ['tls.off', key],
    message: `tls.off is true, ${why}`,
  })
  return [
    ...(proxy.trusted.length > 0
      ? []
      : [conflict('proxy.trusted', 'so that proxy.trusted must name the proxies that do TLS')]),
    ...(publicUrl
      ? []
      : [conflict('publicUrl', 'so that publicUrl must say where devices reach the proxy')]),
    ...(tls.certificateFile
      ? [conflict('tls.certificateFile', 'so that tls.certificateFile is of no use: drop one')]
      : []),
  ]
}

const methodFaults = ({ signIn, oidc, proxy }: Combination): readonly Conflict[] => {
  const needs = (method: string, key: string): Conflict => ({
    keys: ['signIn.methods', key],
    message: `signIn.methods has ${method}, so that ${key} must be given`,
  })
  const has = (method: string): boolean => signIn.methods.includes(method)
  return [
    ...(has('oidc') && !oidc.issuer ? [needs('oidc', 'oidc.issuer')] : []),
    ...(has('proxy') && !signIn.proxyHeader ? [needs('proxy', 'signIn.proxyHeader')] : []),
    ...(has('proxy') && !signIn.proxySecret ? [needs('proxy', 'signIn.proxySecret')] : []),
    ...(has('proxy') && proxy.trusted.length === 0 ? [needs('proxy', 'proxy.trusted')] : []),
  ]
}

const HEADERS = [
  'proxyHeader',
  'proxyFullNameHeader',
  'proxyEmailHeader',
  'proxyGroupsHeader',
] as const

const sharedHeaders = (signIn: Combination['signIn']): readonly Conflict[] => {
  const named = HEADERS.filter((key) => signIn[key] !== undefined)
  return named.flatMap((one, index) =>
    named
      .slice(index + 1)
      .filter((other) => signIn[one] === signIn[other])
      .map(
        (other): Conflict => ({
          keys: [`signIn.${one}`, `signIn.${other}`],
          message: `signIn.${one} and signIn.${other} are the same header`,
        }),
      ),
  )
}

const acmeFaults = ({ publicUrl, tls, acme }: Combination): readonly Conflict[] => {
  const conflict = (key: string, why: string): Conflict => ({
    keys: ['acme.directoryUrl', key],
    message: `acme.directoryUrl is set, ${why}`,
  })
  const host = publicUrl === undefined ? '' : new URL(publicUrl).hostname
  return [
    ...(host !== '' && !host.startsWith('[') && isIP(host) === 0
      ? []
      : [conflict('publicUrl', 'so that publicUrl must have the name that is to be certified')]),
    ...(acme.termsAgreed
      ? []
      : [
          conflict(
            'acme.termsAgreed',
            'so that acme.termsAgreed must be true: read the terms first',
          ),
        ]),
    ...(tls.certificateFile
      ? [conflict('tls.certificateFile', 'so that tls.certificateFile is of no use: drop one')]
      : []),
    ...(tls.off ? [conflict('tls.off', 'and no TLS is served with tls.off: drop one')] : []),
  ]
}

const NO_KEY_TO_ENCRYPT_TO: Conflict = {
  keys: ['ca.ra', 'ca.keyType'],
  message:
    'ca.ra is false, so that SCEP messages are encrypted to the key of the CA: ca.keyType must be rsa-2048 or rsa-3072',
}

const LIST_OF_CLAIMS: Conflict = {
  keys: ['enrollment.requireAppleSigner', 'enrollment.deviceListFile'],
  message:
    'enrollment.requireAppleSigner is false, so that any program can claim a UDID of enrollment.deviceListFile: require the signer or take the list away',
}

const WILDCARDS = new Set(['0.0.0.0', '::'])

const sharedPorts = (listeners: Combination['listeners']): readonly Conflict[] => {
  const taken = Object.entries(listeners)
  return taken.flatMap(([key, a], index) =>
    taken
      .slice(index + 1)
      .filter(([, b]) => a && b && cannotBothListen(a, b))
      .map(
        ([other]): Conflict => ({
          keys: [key, other],
          message: `${key} and ${other} take the same port`,
        }),
      ),
  )
}

const cannotBothListen = (a: ListenAddress, b: ListenAddress): boolean =>
  a.port === b.port &&
  a.port !== 0 &&
  (a.host === b.host || WILDCARDS.has(a.host) || WILDCARDS.has(b.host))
