import type { AcmeCertificateId } from '../model/index.ts'

/** The tables of what an ACME CA is asked and has answered. */
export interface AcmeTables {
  readonly acme_account: AcmeAccountTable
  readonly acme_answer: AcmeAnswerTable
  readonly acme_certificate: AcmeCertificateTable
  readonly acme_schedule: AcmeScheduleTable
}

interface AcmeAccountTable {
  directory_url: string
  sealed_private_key: Uint8Array
  created_at: number
}

interface AcmeAnswerTable {
  token: string
  key_authorization: string
  expires_at: number
}

/** An order, and from `issued_at` on its certificate. */
interface AcmeCertificateTable {
  id: AcmeCertificateId
  directory_url: string
  host: string
  order_url: string
  sealed_private_key: Uint8Array
  chain: string | null
  created_at: number
  issued_at: number | null
}

interface AcmeScheduleTable {
  directory_url: string
  host: string
  holder: string
  held_until: number
  next_at: number
  failures: number
  last_success_at: number | null
  last_failure_at: number | null
  last_failure_code: string | null
  last_failure_detail: string | null
}
