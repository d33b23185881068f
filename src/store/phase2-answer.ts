import type { EnrollmentId } from '../model/index.ts'
import { prepare } from './prepared.ts'
import type { Executor } from './schema.ts'

// Apart from the enrollment, whose row is written anew at every move: this is ten times as long.

/** Keeps the answer to phase 2 for a device that asks again; sealed, for it holds a challenge. */
export const insertPhase2Answer = async (
  db: Executor,
  enrollmentId: EnrollmentId,
  answer: Uint8Array,
): Promise<void> => {
  await insert(db, { enrollmentId, answer })
}

interface Kept {
  readonly enrollmentId: EnrollmentId
  readonly answer: Uint8Array
}

const insert = prepare((db, { enrollmentId, answer }: Kept) =>
  db.insertInto('phase2_answer').values({ enrollment_id: enrollmentId, answer }),
)

export const findPhase2Answer = async (
  db: Executor,
  enrollmentId: EnrollmentId,
): Promise<Uint8Array | undefined> => {
  const row = await db
    .selectFrom('phase2_answer')
    .select('answer')
    .where('enrollment_id', '=', enrollmentId)
    .executeTakeFirst()
  return row?.answer
}
