import { expectDict, getArray, type PlistDict } from '../protocol/plist/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import { describeCertificate, describePayload } from './facts.ts'
import type { IssuedIdentity } from './issued-identity.ts'
import type { ProfileService } from './phase1.ts'
import type { SimErrorKind } from './sim-error.ts'
import type { StepCode, StepDetail } from './step.ts'

/** How the walk through the phases ended. */
export type SimOutcome = Configured | Redirected | Failed

export interface Configured {
  readonly kind: 'configured'
  /** The final profile with its payloads decrypted. It may hold secrets. */
  readonly profile: PlistDict
  /** What phase 1 asked for, and what phases 2 and 3 are sent to. */
  readonly service: ProfileService
  /** The certificate that opens phase 3. */
  readonly identity: IssuedIdentity
  /** Those that the final profile asks for, in its order. */
  readonly serviceIdentities: readonly IssuedIdentity[]
}

/** Phase 3 was answered with a redirect: the device has to begin again. */
export interface Redirected {
  readonly kind: 'redirected'
  readonly location: string | undefined
}

interface Failed {
  readonly kind: 'failed'
  readonly step: StepCode | undefined
  readonly reason: SimErrorKind
  /** Stable and machine-readable. */
  readonly code: string
  readonly message: string
  readonly detail: StepDetail
}

/** The outcome in values that can be written as JSON, without secrets. */
export const describeOutcome = (outcome: SimOutcome): StepDetail => {
  switch (outcome.kind) {
    case 'configured': {
      const payloads = (getArray(outcome.profile, 'PayloadContent') ?? []).map(expectDict)
      return {
        outcome: 'configured',
        profile: { ...describePayload(outcome.profile), payloads: payloads.map(describePayload) },
        certificate: describeCertificate(certificateOf(outcome.identity)),
        serviceCertificates: outcome.serviceIdentities.map(certificateOf).map(describeCertificate),
      }
    }
    case 'redirected':
      return { outcome: 'redirected', location: outcome.location ?? null }
    case 'failed': {
      const { step = null, reason, code, message, detail } = outcome
      return { outcome: 'failed', step, reason, code, message, detail }
    }
  }
  return outcome satisfies never
}

const certificateOf = ({ identity }: IssuedIdentity): Certificate => identity.certificate
