import type { FastifyBaseLogger } from 'fastify'
import type { WebhookService } from '../service/webhook/index.ts'

/** How often to look for steps that other servers have written, in milliseconds. */
const EVERY = 2_000
/** How soon to look after a step of this server: several share one look. */
const SOON = 100
/** How often to look for deliveries that are overdue. */
const SWEEP = 60_000

interface Announcing extends AsyncDisposable {
  /** A step was written here. */
  poke(): void
}

/** Has webhooks told of new steps, until it is disposed of. */
export const startAnnouncing = (
  webhooks: Pick<WebhookService, 'announce' | 'sweep'>,
  logger: FastifyBaseLogger,
): Announcing => {
  let running: Promise<void> | undefined
  let soon: NodeJS.Timeout | undefined
  let sweptAt = Number.NEGATIVE_INFINITY
  // Before the first look nobody knows whether there are any.
  let count = 1
  const look = async (): Promise<void> => {
    try {
      count = await webhooks.announce()
      if (count === 0 || performance.now() - sweptAt < SWEEP) return
      sweptAt = performance.now()
      await webhooks.sweep()
    } catch (error) {
      logger.error({ err: error }, 'webhooks could not be told')
    }
  }
  const run = (): void => {
    running ??= look().finally(() => {
      running = undefined
    })
  }
  run()
  const timer = setInterval(run, EVERY).unref()
  return {
    poke() {
      if (count === 0) return
      soon ??= setTimeout(() => {
        soon = undefined
        run()
      }, SOON).unref()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      clearTimeout(soon)
      await running
    },
  }
}
