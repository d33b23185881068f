export { type DeviceAttributes, decodeDeviceAttributes } from './device-attributes.ts'
export { lintConfiguration, lintPayloads, type ProfileFault } from './lint.ts'
export {
  configuration,
  encryptedConfiguration,
  type PayloadHeader,
  profileService,
  removalPasswordPayload,
  type ScepPayload,
  scepPayload,
} from './payload.ts'
