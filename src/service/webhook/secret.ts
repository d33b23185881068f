import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../../keys/index.ts'
import type { WebhookId } from '../../model/index.ts'
import type { Webhook } from '../../store/index.ts'

/** Standard Webhooks: 24 to 64 bytes. */
const BYTES = 32
const PREFIX = 'whsec_'

/** A secret, as receivers are told it and as it rests in the database. */
export interface MadeSecret {
  readonly text: string
  readonly sealed: Uint8Array
}

export const makeWebhookSecret = (masterKey: MasterKey, id: WebhookId): MadeSecret => {
  const bytes = randomBytes(BYTES)
  const text = PREFIX + bytes.toString('base64')
  return { text, sealed: masterKey.seal(bytes, contextOf(id, 'sealed_secret')) }
}

/** The secrets that sign at `now`, the newest first. */
export const openSecrets = (
  masterKey: MasterKey,
  webhook: Webhook,
  now: number,
): readonly Uint8Array[] => {
  const { id, sealedSecret, sealedPreviousSecret, previousUntil } = webhook
  const current = masterKey.open(sealedSecret, contextOf(id, 'sealed_secret'))
  if (sealedPreviousSecret === null || previousUntil === null || now >= previousUntil) {
    return [current]
  }
  return [current, masterKey.open(sealedPreviousSecret, contextOf(id, 'sealed_previous_secret'))]
}

/** The secret of today, sealed to be the one before. */
export const sealAsPrevious = (
  masterKey: MasterKey,
  { id, sealedSecret }: Pick<Webhook, 'id' | 'sealedSecret'>,
): Uint8Array =>
  masterKey.seal(
    masterKey.open(sealedSecret, contextOf(id, 'sealed_secret')),
    contextOf(id, 'sealed_previous_secret'),
  )

const contextOf = (row: WebhookId, column: 'sealed_secret' | 'sealed_previous_secret') => ({
  table: 'webhook',
  row,
  column,
})
