import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which version of the final profile each enrollment was last sent, and the newest enrollment of each device. */
export const profileVersions: Migration = {
  async up(db) {
    const statements = [
      sql`alter table enrollment add column profile_version text`,
      sql`create index enrollment_device_id_id on enrollment (device_id, id) where device_id is not null`,
    ]
    for (const statement of statements) await statement.execute(db)
  },
}
