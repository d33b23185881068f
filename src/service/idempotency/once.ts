import { ServiceError } from '../../errors.ts'
import type { MasterKey } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import {
  claimRequest,
  type Db,
  deleteRequest,
  findRequest,
  type KeyedRequest,
  storeAnswer,
} from '../../store/index.ts'

/** Milliseconds for which a key stands for one request. */
export const KEY_LIFE = 24 * 60 * 60_000
/** Milliseconds after which nobody works on a request any more. */
const LONGEST_WORK = 60_000

export interface KeyedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Asked {
  /** Who asks: keys of different callers are different keys. */
  readonly by: string
  readonly key: string
  /** All of the request that the answer depends on. */
  readonly request: Uint8Array
}

/** A request that nobody else does. */
export interface ClaimedRequest {
  /** Keeps the answer for whoever asks again. */
  done(answer: KeyedAnswer): Promise<void>
  /** Nothing was done: whoever asks again may try. */
  refused(): Promise<void>
}

/** Requests that are done once however often they come, to whichever server (draft-ietf-httpapi-idempotency-key-header). */
export interface Once {
  /**
   * The request is the caller's to do, or was done and answered.
   * @throws ServiceError conflict `request_in_progress`, `request_outcome_unknown`; invalid `idempotency_key_reused`
   */
  begin(asked: Asked): Promise<ClaimedRequest | KeyedAnswer>
}

interface OnceOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
}

export const createOnce = (options: OnceOptions): Once => ({
  begin: (asked) => begin(options, asked),
})

const begin = async (
  options: OnceOptions,
  { by, key: name, request }: Asked,
): Promise<ClaimedRequest | KeyedAnswer> => {
  const { db, masterKey, clock } = options
  // A body can hold a password, so that a bare hash of it could be guessed.
  const mac = (bytes: Uint8Array): string =>
    Buffer.from(masterKey.mac('idempotency', bytes)).toString('hex')
  const key = mac(Buffer.from(JSON.stringify([by, name])))
  const requestHash = mac(request)
  const createdAt = clock.now()
  if (!(await claimRequest(db, { key, requestHash, createdAt }, createdAt - KEY_LIFE))) {
    return await repeat(options, { key, requestHash })
  }
  return {
    async done(answer) {
      const plain = Buffer.from(JSON.stringify(answer))
      await storeAnswer(db, key, masterKey.seal(plain, sealContext(key)))
    },
    refused: () => deleteRequest(db, key),
  }
}

const repeat = async (
  { db, masterKey, clock }: OnceOptions,
  { key, requestHash }: Pick<KeyedRequest, 'key' | 'requestHash'>,
): Promise<KeyedAnswer> => {
  const before = await findRequest(db, key)
  if (before !== undefined && before.requestHash !== requestHash) {
    throw new ServiceError(
      'invalid',
      'idempotency_key_reused',
      'another request was sent with this Idempotency-Key',
    )
  }
  if (before?.answer) {
    const answer: KeyedAnswer = JSON.parse(
      Buffer.from(masterKey.open(before.answer, sealContext(key))).toString(),
    )
    return answer
  }
  if (before === undefined || clock.now() - before.createdAt < LONGEST_WORK) {
    const detail = 'the same request is being worked on'
    throw new ServiceError('conflict', 'request_in_progress', detail, { retryAfter: 1 })
  }
  // Its server may have ended before or after the work.
  throw new ServiceError(
    'conflict',
    'request_outcome_unknown',
    'nobody knows whether the same request was done before',
  )
}

const sealContext = (row: string) => ({ table: 'idempotency', row, column: 'answer' })
