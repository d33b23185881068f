import type { FlowId } from '../../model/index.ts'
import {
  expectDict,
  getArray,
  getDict,
  type PlistDict,
  type PlistValue,
} from '../../protocol/plist/index.ts'
import { decodeName } from '../../protocol/x509/index.ts'
import type { EnrollmentOptions } from './context.ts'

/** What a person may be told before anything is installed: how the profile looks, and what it will do. */
export interface Outlook {
  /** What the device calls the profile of phase 1. */
  readonly profileName: string
  /** What it calls its signer. */
  readonly signerName: string
  /** Whether the signer is windfall's own, which devices trust only where its root is installed. */
  readonly isOwnSigner: boolean
  /** What the device is asked to say of itself. */
  readonly attributes: readonly string[]
  readonly payloads: readonly PayloadOutline[]
  /** Whether the device shows a text that is to be agreed to. */
  readonly hasConsent: boolean
  /** Whether the person cannot remove the final profile. */
  readonly isLocked: boolean
  readonly hasRemovalPassword: boolean
}

interface PayloadOutline {
  readonly type: string
  /** The bits of `AccessRights`, where the payload has them. */
  readonly accessRights: number | undefined
}

/** Reads the template of the final profile of a flow as a person sees it. @throws ServiceError unavailable `template_unreadable` */
export const readOutlook = async (
  { settings, authority, flows }: EnrollmentOptions,
  flowId: FlowId | null,
): Promise<Outlook> => {
  const { template: file } = await flows.of(flowId)
  const { content: template } = await file.read()
  const { certificate } = authority.profileSigner
  const { locked, removalPassword } = settings.profile.current
  return {
    profileName: settings.displayName,
    signerName: commonName(certificate.subject),
    isOwnSigner: Buffer.compare(certificate.issuer, authority.root.subject) === 0,
    attributes: settings.deviceAttributes,
    payloads: outline(template),
    hasConsent: (getDict(template, 'ConsentText')?.size ?? 0) > 0,
    isLocked: locked || template.get('PayloadRemovalDisallowed') === true,
    hasRemovalPassword:
      removalPassword !== undefined || template.get('HasRemovalPasscode') === true,
  }
}

const outline = (template: PlistDict): readonly PayloadOutline[] =>
  (getArray(template, 'PayloadContent') ?? []).map((item) => {
    const payload = expectDict(item)
    return {
      type: String(payload.get('PayloadType')),
      accessRights: toInteger(payload.get('AccessRights')),
    }
  })

const toInteger = (value: PlistValue | undefined): number | undefined => {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

/** The last common name, as devices show it; without one, nothing. */
const commonName = (name: Uint8Array): string =>
  decodeName(name)
    .flat()
    .findLast(([type]) => type === 'CN')?.[1] ?? ''
