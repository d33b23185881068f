export { type DeviceAttributes, decodeDeviceAttributes } from './device-attributes.ts'
export { lintConfiguration, lintPayloads, type ProfileFault } from './lint.ts'
export {
  configuration,
  encryptedConfiguration,
  profileService,
  removalPasswordPayload,
  type ScepPayload,
  scepPayload,
} from './payload.ts'
