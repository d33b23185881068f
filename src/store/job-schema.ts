import type { JobId, JobOutcome } from '../model/index.ts'

/** The table of work that is to be done. */
export interface JobTables {
  readonly job: JobTable
}

/** From `finished_at` on it is only remembered. */
interface JobTable {
  id: JobId
  kind: string
  key: string
  subject: string | null
  payload: string
  run_at: number
  attempts: number
  revision: number
  lease_holder: string | null
  lease_until: number | null
  last_error_code: string | null
  created_at: number
  finished_at: number | null
  outcome: JobOutcome | null
}
