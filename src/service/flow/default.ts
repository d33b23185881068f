import type { Config } from '../../config/index.ts'
import { DEFAULT_FLOW } from '../../model/index.ts'
import type { TemplateFile } from '../profile/index.ts'
import { type FlowChoices, toVersions } from './choices.ts'
import { fileDeviceList } from './device-list.ts'

/** The flow that the configuration describes: `/enroll`. */
export const defaultChoices = (
  { enrollment, ca, signIn }: Config,
  template: TemplateFile,
): FlowChoices => ({
  id: null,
  name: DEFAULT_FLOW,
  isOpen: true,
  requires: enrollment.deviceListFile === undefined ? 'person' : 'both',
  methods: signIn.methods,
  directories: [],
  accounts: { groups: [], attributes: {} },
  accountId: null,
  invitation: 'open',
  deviceList:
    enrollment.deviceListFile === undefined ? undefined : fileDeviceList(enrollment.deviceListFile),
  minimumVersions: toVersions([
    ['ios', enrollment.minimumIos],
    ['macos', enrollment.minimumMacos],
    ['tvos', enrollment.minimumTvos],
    ['visionos', enrollment.minimumVisionos],
    ['watchos', enrollment.minimumWatchos],
  ]),
  certificateDays: ca.certificateDays,
  allowLegacy: enrollment.allowLegacy,
  template,
  texts: {},
})
