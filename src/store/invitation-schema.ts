import type {
  AccountId,
  Delivery,
  InvitationChannel,
  InvitationId,
  Language,
} from '../model/index.ts'

/** The table of who was asked to enroll a device. */
export interface InvitationTables {
  readonly invitation: InvitationTable
}

interface InvitationTable {
  id: InvitationId
  account_id: AccountId
  flow: string
  batch: string | null
  hash: string
  channel: InvitationChannel
  language: Language
  uses_allowed: number
  uses: number
  created_at: number
  expires_at: number
  revoked_at: number | null
  delivery: Delivery
  delivery_code: string | null
  sent_at: number | null
  opened_at: number | null
  started_at: number | null
  done_at: number | null
}
