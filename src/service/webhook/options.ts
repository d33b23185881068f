import type { WebhookClient } from '../../client/webhook/index.ts'
import type { MasterKey } from '../../keys/index.ts'
import type { Clock, WebhookId } from '../../model/index.ts'
import type { Db, Executor } from '../../store/index.ts'
import type { JobQueue } from '../job/index.ts'

export interface WebhookOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
  readonly jobs: Pick<JobQueue, 'enqueue'>
  readonly client: WebhookClient
  /** How a delivery went, once that is written down: `delivered`, or why not. */
  onResult?(result: string): void
}

/** The kind of the jobs that send what is due to one webhook. */
export const WEBHOOK_JOB = 'webhook'

/** Asks for the deliveries of a webhook, in the transaction of what makes them due. */
export const enqueueDeliveries = async (
  { jobs }: Pick<WebhookOptions, 'jobs'>,
  tx: Executor,
  { id, runAt }: { readonly id: WebhookId; readonly runAt?: number },
): Promise<void> => {
  const job = { kind: WEBHOOK_JOB, key: id, subject: id, payload: { webhook: id } }
  await jobs.enqueue(tx, runAt === undefined ? job : { ...job, runAt })
}
