import type { FastifyBaseLogger } from 'fastify'
import type { AcmeService } from '../service/acme/index.ts'

const EVERY = 30_000

/** Sees to it that there is a certificate from the ACME CA, until it is disposed of. */
interface Orders extends AsyncDisposable {
  /** Looks at once whether one is due, after what is under way. */
  check(): Promise<void>
}

/** Looks at once and every half minute; `use` takes what was issued into use. */
export const startOrders = (
  acme: AcmeService,
  { logger, use }: { readonly logger: FastifyBaseLogger; readonly use: () => Promise<void> },
): Orders => {
  const stop = new AbortController()
  const look = async (): Promise<void> => {
    try {
      const outcome = await acme.look(stop.signal)
      switch (outcome.kind) {
        case 'idle':
          return
        case 'issued': {
          const notAfter = new Date(outcome.notAfter).toISOString()
          logger.info({ event: 'acme', notAfter }, 'the ACME CA has issued a certificate')
          return await use()
        }
        case 'failed': {
          const { code, detail } = outcome
          const nextAt = new Date(outcome.nextAt).toISOString()
          const message = 'there is no new certificate from the ACME CA: the one before it stays'
          logger.error({ event: 'acme', code, detail, nextAt }, message)
          return
        }
        default:
          outcome satisfies never
      }
    } catch (error) {
      logger.error({ err: error }, 'the ACME CA could not be asked')
    }
  }
  let running = look()
  const check = (): Promise<void> => {
    running = running.then(look)
    return running
  }
  const timer = setInterval(() => void check(), EVERY).unref()
  return {
    check,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      stop.abort()
      await running
    },
  }
}
