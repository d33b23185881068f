import type { EnrollmentId, JsonObject } from '../../model/index.ts'
import {
  type Enrollment,
  type Executor,
  findEnrollment,
  moveEnrollment,
} from '../../store/index.ts'

/** A use of an algorithm that is accepted for old clients only: the algorithm, and after it what it was used for. */
export type WeakUse =
  | 'SHA-1 signature'
  | 'SHA-1 request signature'
  | '3DES envelope'
  | '3DES profile'
  | 'DES envelope'
  | 'RSA-1024 key'
  | 'RSA-1024 signer'

/** The uses as a step tells them; nothing where there are none. */
export const weakDetail = (uses: readonly WeakUse[]): JsonObject =>
  uses.length === 0 ? {} : { weakAlgorithms: uses }

/** The algorithms of the enrollment with those of the uses; undefined where none is new. */
export const addWeakAlgorithms = (
  { weakAlgorithms }: Pick<Enrollment, 'weakAlgorithms'>,
  uses: readonly WeakUse[],
): readonly string[] | undefined => {
  const algorithms = new Set([...weakAlgorithms, ...uses.map(algorithmOf)])
  return algorithms.size === weakAlgorithms.length ? undefined : [...algorithms]
}

/** `SHA-1` of `SHA-1 signature`. */
export const algorithmOf = (use: WeakUse): string => use.slice(0, use.indexOf(' '))

/** Marks an enrollment that a message does not move. Messages without a weak algorithm cost no statement. */
export const markWeakUses = async (
  tx: Executor,
  id: EnrollmentId,
  { uses, at }: { readonly uses: readonly WeakUse[]; readonly at: number },
): Promise<void> => {
  if (uses.length === 0) return
  const enrollment = await findEnrollment(tx, id)
  const weakAlgorithms = enrollment && addWeakAlgorithms(enrollment, uses)
  if (enrollment === undefined || weakAlgorithms === undefined) return
  const { state } = enrollment
  await moveEnrollment(tx, id, { from: state, to: state, at, weakAlgorithms })
}
