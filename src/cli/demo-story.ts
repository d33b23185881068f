import type { SimStep } from '../sim/index.ts'

/** A part of the story, with its heading. */
export const PHASES = {
  1: 'Phase 1 · Authentication',
  2: 'Phase 2 · Certificate enrollment',
  3: 'Phase 3 · Device configuration',
  service: 'Afterwards · A certificate for the services of the organization',
} as const

export type Phase = keyof typeof PHASES

const STEPS: Readonly<
  Record<SimStep['step'], { readonly phase: Phase; readonly meaning: string }>
> = {
  sign_in: {
    phase: 1,
    meaning:
      'Anna signs in. A signed profile asks her phone what it is, with a one-time challenge.',
  },
  phase2: {
    phase: 2,
    meaning: 'The phone says what it is and proves it with the key it was born with.',
  },
  get_ca_cert: {
    phase: 2,
    meaning: 'Who will sign? The phone compares the fingerprint with the one in its profile.',
  },
  get_ca_caps: {
    phase: 2,
    meaning: 'How do we talk? The phone takes the strongest that both know.',
  },
  pki_operation: {
    phase: 2,
    meaning: 'The phone makes a key, keeps it, and gets a certificate for it (SCEP).',
  },
  phase3: {
    phase: 3,
    meaning: 'The phone signs with its new certificate. Its settings come, encrypted to it alone.',
  },
  decrypt: {
    phase: 3,
    meaning: 'Only the key that never left the phone opens them.',
  },
}

const SERVICE_MEANINGS: Readonly<Partial<Record<SimStep['step'], string>>> = {
  get_ca_cert: 'The settings ask for one more certificate. The same way:',
  get_ca_caps: 'the same questions,',
  pki_operation: 'another key, and a challenge of its own that was in the encrypted settings.',
}

/** Which part of the story a step belongs to, and what it means. */
export const tell = ({
  step,
  detail,
}: SimStep): { readonly phase: Phase; readonly meaning: string } => {
  const meaning = detail['purpose'] === 'service' ? SERVICE_MEANINGS[step] : undefined
  return meaning === undefined ? STEPS[step] : { phase: 'service', meaning }
}
