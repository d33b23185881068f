import {
  type AccountId,
  type FlowId,
  type FlowRequirement,
  type FlowSpec,
  type Platform,
  parseVersion,
  type SignInMethod,
  type Version,
} from '../../model/index.ts'
import type { Db, Flow } from '../../store/index.ts'
import { parseTemplate, type TemplateFile } from '../profile/index.ts'
import { type DeviceList, flowDeviceList } from './device-list.ts'

/** Everything that one flow may choose otherwise than another, ready to be used. Never changed. */
export interface FlowChoices {
  /** Null: the flow that the configuration describes. */
  readonly id: FlowId | null
  readonly name: string
  /** Whether devices may begin by it; those that have begun go on in any case. */
  readonly isOpen: boolean
  readonly requires: FlowRequirement
  readonly methods: readonly SignInMethod[]
  /** The names of those that are asked for passwords; empty: all. */
  readonly directories: readonly string[]
  readonly accounts: FlowSpec['accounts']
  /** In whose name devices enroll where nobody signs in. */
  readonly accountId: AccountId | null
  readonly invitation: FlowSpec['invitation']
  /** Undefined: any device may enroll. */
  readonly deviceList: DeviceList | undefined
  /** The oldest version that may enroll, for the platforms that have one. */
  readonly minimumVersions: ReadonlyMap<Platform, Version>
  readonly certificateDays: number
  readonly allowLegacy: boolean
  readonly template: TemplateFile
  readonly texts: FlowSpec['texts']
}

/** What a flow chooses; what it leaves to the server is as in `defaults`. */
export const toChoices = (
  db: Db,
  { id, name, spec, accountId, removedAt }: Flow,
  defaults: FlowChoices,
): FlowChoices => ({
  id,
  name,
  isOpen: spec.enabled && removedAt === null,
  requires: spec.requires,
  methods: spec.methods,
  directories: spec.directories,
  accounts: spec.accounts,
  accountId,
  invitation: spec.invitation,
  deviceList: spec.requires === 'person' ? undefined : flowDeviceList(db, id),
  minimumVersions: toVersions(Object.entries(spec.minimumVersions)),
  certificateDays: spec.certificateDays ?? defaults.certificateDays,
  allowLegacy: spec.allowLegacy,
  template: spec.template === null ? defaults.template : keptTemplate(spec.template),
  texts: spec.texts,
})

const keptTemplate = (text: string): TemplateFile => {
  const template = parseTemplate(text)
  return { read: async () => template }
}

const PLATFORMS = ['ios', 'macos', 'tvos', 'visionos', 'watchos'] as const satisfies Platform[]

/** Versions by platform, as texts. */
export const toVersions = (
  given: readonly (readonly [string, string | undefined])[],
): ReadonlyMap<Platform, Version> =>
  new Map(
    given.flatMap(([name, text]) => {
      const platform = PLATFORMS.find((each) => each === name)
      const version = text === undefined ? undefined : parseVersion(text)
      return platform === undefined || version === undefined ? [] : [[platform, version] as const]
    }),
  )
