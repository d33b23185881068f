import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds enrollments by the end of their ids, which is what people read out on the telephone. */
export const supportCode: Migration = {
  async up(db) {
    await sql`create index enrollment_support_code on enrollment (substr(id, 25), id)`.execute(db)
  },
}
