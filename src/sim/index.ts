export { createDevice, type Device } from './device.ts'
export { type DeviceAuthority, ensureDeviceAuthority, loadDeviceAuthority } from './device-ca.ts'
export { loadDevice, saveDevice } from './device-directory.ts'
export { type EnrollOptions, enroll, reconfigure } from './enroll.ts'
export { describeCertificate, describePayload } from './facts.ts'
export {
  FAULTS,
  type Fault,
  Kit,
  type KitOptions,
  playFault,
  type Verdict,
} from './fault/index.ts'
export { parseRsaKey } from './key.ts'
export { describeOutcome, type SimOutcome } from './outcome.ts'
export { PERSONAS, type Persona } from './persona.ts'
export { SimError, type SimErrorKind } from './sim-error.ts'
export type { SimStep } from './step.ts'
export { findTrustFault, readMachineRoots } from './trust.ts'
