import type { ScepRequest } from '../../protocol/scep/index.ts'
import { type PublicKey, signatureHash } from '../../protocol/x509/index.ts'
import {
  type Certificate,
  type Challenge,
  findCertificate,
  findEnrollment,
  spendChallenge,
  transact,
} from '../../store/index.ts'
import {
  addWeakAlgorithms,
  markWeakUses,
  moveWithStep,
  type Origin,
  recordStep,
  type WeakUse,
} from '../journal/index.ts'
import { ChallengeRefused, type DecideOptions, decide } from './decide.ts'
import {
  type CertificateOrder,
  type IssuedCertificate,
  type IssueOptions,
  issueCertificate,
  prepareCertificate,
  recordIntent,
} from './issue.ts'

export type RequestOptions = IssueOptions & DecideOptions

/**
 * The certificate that a request gets: a new one, or the one that the same key got before.
 * @throws ServiceError, mostly ChallengeRefused: nothing is issued
 */
export const issueForRequest = async (
  options: RequestOptions,
  request: ScepRequest,
  origin: Origin,
): Promise<IssuedCertificate> => {
  const decision = await decide(options, request)
  switch (decision.kind) {
    case 'issue-static':
      return await issueStatic(options, request, decision.order)
    case 'repeat':
      return await repeat(options, request, decision.challenge, origin)
    case 'issue': {
      const spent = await spendAndIssue(options, request, decision, origin)
      // Somebody else spent the challenge in the meantime: then it is decided anew.
      return spent ?? (await issueForRequest(options, request, origin))
    }
    default:
      return decision satisfies never
  }
}

const issueStatic = async (
  options: RequestOptions,
  request: ScepRequest,
  order: CertificateOrder,
): Promise<IssuedCertificate> => {
  const intended = await recordIntent(
    options.db,
    () => prepareCertificate(options, order),
    async () => {},
  )
  const issued = await issueCertificate(options, intended, async () => {})
  options.meter.weakAlgorithmsUsed(weakUses(request))
  return issued
}

class AlreadySpent extends Error {}

const spendAndIssue = async (
  options: RequestOptions,
  request: ScepRequest,
  { challenge, order }: { readonly challenge: Challenge; readonly order: CertificateOrder },
  origin: Origin,
): Promise<IssuedCertificate | undefined> => {
  const { db, clock } = options
  const spentBy = order.publicKey.fingerprint
  try {
    const intended = await recordIntent(
      db,
      () => prepareCertificate(options, order),
      async (tx, certificateId) => {
        const spending = { hash: challenge.hash, now: clock.now(), spentBy, certificateId }
        if ((await spendChallenge(tx, spending)) === undefined) throw new AlreadySpent()
      },
    )
    return await finish(options, request, intended, origin)
  } catch (error) {
    if (error instanceof AlreadySpent) return undefined
    throw error
  }
}

const repeat = async (
  options: RequestOptions,
  request: ScepRequest,
  challenge: Challenge,
  origin: Origin,
): Promise<IssuedCertificate> => {
  const { db, clock, meter } = options
  const intended =
    challenge.certificateId === null
      ? undefined
      : await findCertificate(db, challenge.certificateId)
  if (intended === undefined) throw new Error('a spent challenge has no certificate')
  if (intended.revokedAt !== null) {
    throw new ChallengeRefused('certificate_revoked', 'revoked', challenge.enrollmentId)
  }
  if (intended.signature === null) return await finish(options, request, intended, origin)
  const issued = await issueCertificate(options, intended, async () => {})
  const { enrollmentId } = challenge
  if (enrollmentId !== null) {
    const at = clock.now()
    const report = {
      at,
      code: 'certificate_repeated',
      outcome: 'ok',
      summary: 'The device asked again with the same key and got the same certificate.',
      detail: describe(request, issued),
      weakUses: weakUses(request),
      origin,
    } as const
    await transact(db, async (tx) => {
      await recordStep({ tx, meter }, enrollmentId, report)
      await markWeakUses(tx, enrollmentId, { uses: report.weakUses, at })
    })
  }
  return issued
}

const finish = async (
  options: RequestOptions,
  request: ScepRequest,
  intended: Certificate,
  origin: Origin,
): Promise<IssuedCertificate> =>
  await issueCertificate(options, intended, async (tx, issued) => {
    const { enrollmentId, purpose, subject } = intended
    if (enrollmentId === null) return
    const { clock, meter } = options
    const at = clock.now()
    const uses = weakUses(request)
    const report = {
      at,
      detail: { ...describe(request, issued), subject, serialNumber: intended.serialNumber },
      weakUses: uses,
      origin,
    }
    if (purpose !== 'ota') {
      const summary = 'The device got a certificate that its configuration asks for.'
      const code = 'service_certificate_issued'
      await recordStep({ tx, meter }, enrollmentId, { ...report, code, outcome: 'ok', summary })
      await markWeakUses(tx, enrollmentId, { uses, at })
      return
    }
    const enrollment = await findEnrollment(tx, enrollmentId)
    const weakAlgorithms = enrollment && addWeakAlgorithms(enrollment, uses)
    const moved =
      enrollment !== undefined &&
      (await moveWithStep({ tx, meter }, enrollment, {
        ...report,
        event: 'certify',
        code: 'certificate_issued',
        summary: 'The device made a key and got its certificate by SCEP.',
        changes: weakAlgorithms === undefined ? {} : { weakAlgorithms },
      }))
    if (!moved) {
      throw new ChallengeRefused('enrollment_state', 'the enrollment has moved on', enrollmentId)
    }
  })

const describe = (request: ScepRequest, { sha256 }: IssuedCertificate) => ({
  transactionID: request.transaction.id,
  contentEncryption: request.cipher,
  digest: request.hash,
  key: describeKey(request.certificateRequest.publicKey),
  certificate: sha256,
})

const describeKey = ({ parts }: PublicKey): string =>
  parts.kind === 'rsa' ? `RSA-${parts.modulus.length * 8}` : parts.curve

/** What is accepted for old clients only, and counted. */
const weakUses = ({
  hash,
  cipher,
  signer,
  certificateRequest,
}: ScepRequest): readonly WeakUse[] => {
  const { publicKey, signatureAlgorithm } = certificateRequest
  const uses: readonly (readonly [applies: boolean, use: WeakUse])[] = [
    [hash === 'sha1', 'SHA-1 signature'],
    [signatureHash(signatureAlgorithm) === 'sha1', 'SHA-1 request signature'],
    [cipher === 'des-ede3-cbc', '3DES envelope'],
    [cipher === 'des-cbc', 'DES envelope'],
    [describeKey(publicKey) === 'RSA-1024', 'RSA-1024 key'],
    [describeKey(signer.publicKey) === 'RSA-1024', 'RSA-1024 signer'],
  ]
  return uses.filter(([applies]) => applies).map(([, use]) => use)
}
