import { ServiceError } from '../../errors.ts'
import { type EnrollmentId, parseId } from '../../model/index.ts'
import { encodeCertificatesOnly } from '../../protocol/cms/index.ts'
import {
  type FailInfo,
  openRequest,
  type ScepRefusal,
  type ScepRequest,
  sealFailure,
  sealSuccess,
} from '../../protocol/scep/index.ts'
import { LEGACY_KEY_POLICY } from '../../protocol/x509/index.ts'
import {
  type Challenge,
  countSteps,
  findChallengeByHash,
  findEnrollment,
  transact,
} from '../../store/index.ts'
import {
  type Meter,
  type Origin,
  recordAudit,
  recordStep,
  type ScepAnswer,
} from '../journal/index.ts'
import { hashChallenge } from './challenge.ts'
import { ChallengeRefused } from './decide.ts'
import { issueForRequest, type RequestOptions } from './fulfil.ts'
import type { IssuedCertificate } from './issue.ts'
import { findLeave, weakKeyFault } from './legacy.ts'

export interface ScepOptions extends RequestOptions {
  readonly allowSingleDes: boolean
  /** RSA-1024 keys, and SHA-1 in answers to those who ask with it, of requests that belong to no enrollment. */
  readonly allowLegacy: boolean
}

/** What GetCACert answers. */
type CaCertificates =
  | { readonly kind: 'single'; readonly bytes: Uint8Array }
  | { readonly kind: 'chain'; readonly bytes: Uint8Array }

/** A CertRep. */
interface ScepReply {
  readonly bytes: Uint8Array
  /** Where it is a failure. */
  readonly failInfo?: FailInfo
}

/** The SCEP server (RFC 8894). */
export interface ScepService {
  caCertificates(): CaCertificates
  /** Writes down that a device asked GetCACert or GetCACaps; `identifier` is what stood in `message`. */
  noteQuestion(
    code: 'get_ca_cert' | 'get_ca_caps',
    identifier: string,
    origin: Origin,
  ): Promise<void>
  /**
   * Answers a pkiMessage with a CertRep, which may be a failure.
   * @throws ProtocolError where no answer can be addressed; ServiceError where another try makes sense later
   */
  answer(message: Uint8Array, origin: Origin): Promise<ScepReply>
}

export const createScepService = (options: ScepOptions): ScepService => {
  const certificates = announce(options)
  return {
    caCertificates: () => certificates,
    async noteQuestion(code, identifier, origin) {
      await count(options.meter, OPERATIONS[code], async () => {
        await noteQuestion(options, code, identifier, origin)
        return {}
      })
    },
    answer: (message, origin) =>
      count(options.meter, 'PKIOperation', () => answer(options, message, origin)),
  }
}

const OPERATIONS = { get_ca_cert: 'GetCACert', get_ca_caps: 'GetCACaps' } as const

/** Does the work of one request and counts how it ended. */
const count = async <T extends { readonly failInfo?: FailInfo }>(
  meter: Meter,
  operation: ScepAnswer['operation'],
  work: () => Promise<T>,
): Promise<T> => {
  const start = performance.now()
  const end = (status: ScepAnswer['status'], failInfo?: FailInfo): void =>
    meter.scepAnswered({ operation, status, failInfo, seconds: (performance.now() - start) / 1000 })
  try {
    const done = await work()
    end(done.failInfo === undefined ? 'success' : 'failure', done.failInfo)
    return done
  } catch (error) {
    end('error')
    throw error
  }
}

// Without an RA a lone certificate: Apple's clients look for RA certificates in anything else.
const announce = ({ authority }: ScepOptions): CaCertificates => {
  const [only, ...more] = authority.announced.map(({ bytes }) => bytes)
  if (only === undefined) throw new Error('the CA announces no certificate')
  return more.length === 0
    ? { kind: 'single', bytes: only }
    : { kind: 'chain', bytes: encodeCertificatesOnly([only, ...more]) }
}

/** Enough for every client that retries, and too little to fill a disk with. */
const MAX_QUESTIONS = 20

const noteQuestion = async (
  { db, clock, meter }: ScepOptions,
  code: 'get_ca_cert' | 'get_ca_caps',
  identifier: string,
  origin: Origin,
): Promise<void> => {
  const enrollmentId = parseId('enrollment', identifier)
  if (enrollmentId === undefined) return
  const enrollment = await findEnrollment(db, enrollmentId)
  if (enrollment === undefined) return
  const summary =
    code === 'get_ca_cert'
      ? 'The device asked for the certificates of the CA.'
      : 'The device asked what the CA can do.'
  await transact(db, async (tx) => {
    const questions = await countSteps(tx, enrollmentId, ['get_ca_cert', 'get_ca_caps'])
    if (questions >= MAX_QUESTIONS) return
    const report = { at: clock.now(), code, outcome: 'ok', summary, origin } as const
    await recordStep({ tx, meter }, enrollmentId, report)
  })
}

const answer = async (
  options: ScepOptions,
  message: Uint8Array,
  origin: Origin,
): Promise<ScepReply> => {
  const { responder } = options.authority
  const opened = openRequest(message, {
    recipient: responder,
    // Who may have such a key shows when it is known whose request it is.
    keyPolicy: LEGACY_KEY_POLICY,
    allowSingleDes: options.allowSingleDes,
  })
  const { isLegacyAllowed, challenge } = await findLeave(options, opened)
  const reply = {
    identity: responder,
    transaction: opened.transaction,
    hash: isLegacyAllowed && opened.hash === 'sha1' ? 'sha1' : 'sha256',
  } as const
  const result =
    opened.kind === 'refusal'
      ? { ...opened, enrollmentId: await enrollmentOf(options, opened) }
      : ((isLegacyAllowed ? undefined : refuseWeakKey(opened, challenge)) ??
        (await serve(options, opened, origin)))
  if (result.kind === 'issued') {
    const { certificate, request } = result
    const recipient = request.signer
    const sealed = { ...reply, certificate: certificate.bytes, recipient, cipher: request.cipher }
    return { bytes: await sealSuccess(sealed) }
  }
  await noteRefusal(options, result, origin)
  const { failInfo, text } = result
  return { bytes: await sealFailure({ ...reply, failInfo, text }), failInfo }
}

const refuseWeakKey = (
  request: ScepRequest,
  challenge: Challenge | undefined,
): Refused | undefined => {
  const code = weakKeyFault(request)
  if (code === undefined) return undefined
  const { transaction } = request
  const enrollmentId = challenge?.enrollmentId ?? null
  const text = 'the key is not accepted'
  return { kind: 'refusal', failInfo: 'badAlg', code, text, transaction, enrollmentId }
}

const enrollmentOf = async (
  { db, masterKey }: ScepOptions,
  { challengePassword }: ScepRefusal,
): Promise<EnrollmentId | null> => {
  if (!challengePassword) return null
  const challenge = await findChallengeByHash(db, hashChallenge(masterKey, challengePassword))
  return challenge?.enrollmentId ?? null
}

type Issued = {
  readonly kind: 'issued'
  readonly request: ScepRequest
  readonly certificate: IssuedCertificate
}
type Refused = Pick<ScepRefusal, 'kind' | 'failInfo' | 'code' | 'text' | 'transaction'> & {
  readonly enrollmentId?: EnrollmentId | null
}

const serve = async (
  options: ScepOptions,
  request: ScepRequest,
  origin: Origin,
): Promise<Issued | Refused> => {
  try {
    return { kind: 'issued', request, certificate: await issueForRequest(options, request, origin) }
  } catch (error) {
    // What passes by itself is no refusal: a device takes a failure for the last word.
    if (!(error instanceof ServiceError) || error.retryAfter !== undefined) throw error
    const { transaction } = request
    const failInfo: FailInfo = error.code.startsWith('key_') ? 'badAlg' : 'badRequest'
    const enrollmentId = error instanceof ChallengeRefused ? error.enrollmentId : null
    const { code, detail: text } = error
    return { kind: 'refusal', failInfo, code, text, transaction, enrollmentId }
  }
}

const noteRefusal = async (
  { db, clock, meter }: ScepOptions,
  { code, failInfo, text, transaction, enrollmentId }: Refused,
  origin: Origin,
): Promise<void> => {
  const at = clock.now()
  const detail = { transactionID: transaction.id, failInfo }
  const report = {
    at,
    actor: 'device',
    action: 'scep.pki_operation',
    outcome: 'refused',
    code,
    detail: { ...detail, reason: code },
    origin,
  } as const
  if (!enrollmentId) return await recordAudit(db, report)
  await transact(db, async (tx) => {
    await recordAudit(tx, { ...report, subject: enrollmentId })
    await recordStep({ tx, meter }, enrollmentId, {
      at,
      code: 'scep_refused',
      outcome: 'refused',
      summary: `The certificate request was refused: ${text}.`,
      reason: code,
      detail,
      origin,
    })
  })
}
