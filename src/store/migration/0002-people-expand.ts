import type { Migration } from 'kysely/migration'
import { accountSource } from './0002-account-source.ts'
import { directories } from './0002-directories.ts'
import { flows } from './0002-flows.ts'
import { invitations } from './0002-invitations.ts'
import { jobs } from './0002-jobs.ts'
import { profileVersions } from './0002-profile-versions.ts'
import { supportCode } from './0002-support-code.ts'
import { webhooks } from './0002-webhooks.ts'

const PARTS = [
  jobs,
  accountSource,
  directories,
  flows,
  invitations,
  webhooks,
  profileVersions,
  supportCode,
]

/** Where account holders come from, how they are asked, and what is done for them later. */
export const people: Migration = {
  async up(db) {
    for (const part of PARTS) await part.up(db)
  },
}
