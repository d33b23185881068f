import type { FastifyBaseLogger } from 'fastify'
import type { Renewable } from '../service/ca/index.ts'
import { watchFiles } from './watch-files.ts'

const EVERY = 60_000

/** A certificate, and what is done with it when it was replaced. */
export interface RenewalTask {
  readonly certificate: Renewable
  /** Undefined where whoever uses it asks for the current one each time. */
  readonly use?: () => void
}

/** Keeps certificates in use up to date, until it is disposed of. */
export interface Renewal extends AsyncDisposable {
  /** Looks at once. */
  check(): Promise<void>
}

/** Looks for newer certificates when their files change, and every minute: our own come from no file. */
export const startRenewal = (tasks: readonly RenewalTask[], logger: FastifyBaseLogger): Renewal => {
  let running: Promise<void> = Promise.resolve()
  const check = (): Promise<void> => {
    running = running.then(async () => {
      for (const task of tasks) await renew(task, logger)
    })
    return running
  }
  const watching = watchFiles(
    tasks.flatMap(({ certificate }) => certificate.files),
    () => void check(),
  )
  const timer = setInterval(() => void check(), EVERY).unref()
  return {
    check,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      watching[Symbol.dispose]()
      await running
    },
  }
}

const renew = async (
  { certificate, use }: RenewalTask,
  logger: FastifyBaseLogger,
): Promise<void> => {
  const { role } = certificate
  try {
    const result = await certificate.refresh()
    switch (result.kind) {
      case 'same':
        return
      case 'replaced': {
        use?.()
        const notAfter = new Date(result.notAfter).toISOString()
        logger.info({ event: 'certificate', role, notAfter }, 'a new certificate is in use')
        return
      }
      case 'refused': {
        const { code, detail } = result
        logger.error(
          { event: 'certificate', role, code, detail },
          'a new certificate cannot be used: the one before it stays',
        )
        return
      }
      default:
        result satisfies never
    }
  } catch (error) {
    logger.error({ err: error, role }, 'a certificate could not be looked after')
  }
}
