import { performance } from 'node:perf_hooks'
import type { Certificate } from '../protocol/x509/index.ts'
import type { Archive } from './archive.ts'
import type { Device } from './device.ts'
import { SimError, toSimError } from './sim-error.ts'
import type { SimStep, StepCode, StepDetail } from './step.ts'
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts'

/** One device on its way through the phases, and what it works with. */
export interface Session {
  readonly device: Device
  readonly transport: Pick<Transport, 'send'>
  /** Whom the device trusts, for TLS and for signatures of profiles. */
  readonly roots: readonly Certificate[]
  /** The device's clock: milliseconds since 1970. */
  readonly now: () => number
  readonly archive: Archive | undefined
  readonly onStep: ((step: SimStep) => void) | undefined
}

/** What a step came to. */
export interface StepResult<T> {
  readonly value: T
  readonly summary: string
  readonly detail: StepDetail
}

/**
 * Sends a request that belongs to the step; `name` is what the archive calls the exchange. Where the answer is lost
 * the same bytes are sent again, as often as `patience` says.
 */
export type Send = (name: string, request: HttpRequest, patience?: Patience) => Promise<HttpAnswer>

interface Patience {
  /** How often the request is sent at most. */
  readonly attempts: number
  /** Codes of the SimErrors after which it is sent again. */
  readonly after: readonly string[]
}

/** A dropped connection is nothing to give up for; silence is. */
const PATIENCE: Patience = { attempts: 3, after: ['connection_lost'] }

/**
 * Does one step and reports it, also where it stops the device.
 * @throws SimError with the step's code; whatever else `work` throws, unreported
 */
export const takeStep = async <T>(
  session: Session,
  { step, title }: { readonly step: StepCode; readonly title: string },
  work: (send: Send) => Promise<StepResult<T>>,
): Promise<T> => {
  const at = session.now()
  const start = performance.now()
  let bytesSent = 0
  let bytesReceived = 0
  let repetitions = 0
  const sendOnce: Send = async (name, request) => {
    bytesSent += request.body?.length ?? 0
    const archiveAnswer = await session.archive?.begin(name, request)
    const answer = await session.transport.send(request)
    bytesReceived += answer.body.length
    await archiveAnswer?.(answer)
    return answer
  }
  const send: Send = async (name, request, { attempts, after } = PATIENCE) => {
    try {
      return await sendOnce(name, request)
    } catch (error) {
      const isLost = error instanceof SimError && after.includes(error.code)
      if (!isLost || attempts <= 1) throw error
      repetitions++
      return await send(name, request, { attempts: attempts - 1, after })
    }
  }
  const report = (end: Pick<SimStep, 'summary' | 'detail' | 'fault'>): void => {
    // A tenth of a millisecond is as much as means anything.
    const durationMs = Math.round((performance.now() - start) * 10) / 10
    const again = repetitions === 0 ? {} : { repetitions }
    session.onStep?.({ step, title, at, durationMs, bytesSent, bytesReceived, ...again, ...end })
  }
  try {
    const { value, summary, detail } = await work(send)
    report({ summary, detail })
    return value
  } catch (error) {
    const stop = toSimError(error, step)
    if (stop === undefined) throw error
    report({ summary: stop.message, detail: stop.detail, fault: stop.code })
    throw stop
  }
}
