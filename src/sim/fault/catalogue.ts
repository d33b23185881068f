import { BINDING_FAULTS } from './binding-faults.ts'
import { CHALLENGE_FAULTS } from './challenge-faults.ts'
import { CIRCUMSTANCE_FAULTS } from './circumstance-faults.ts'
import { CONTENT_FAULTS } from './content-faults.ts'
import type { Fault } from './fault.ts'
import { NETWORK_FAULTS } from './network-faults.ts'
import { SIGNATURE_FAULTS } from './signature-faults.ts'
import { SIGNER_FAULTS } from './signer-faults.ts'

/** Every fault there is; names are unique. */
export const FAULTS: readonly Fault[] = [
  ...CHALLENGE_FAULTS,
  ...SIGNATURE_FAULTS,
  ...SIGNER_FAULTS,
  ...BINDING_FAULTS,
  ...CONTENT_FAULTS,
  ...NETWORK_FAULTS,
  ...CIRCUMSTANCE_FAULTS,
]
