import { createHash, randomUUID } from 'node:crypto'
import { isAlive, newId } from '../../model/index.ts'
import type { VerifiedMessage } from '../../protocol/cms/index.ts'
import { configuration, type DeviceAttributes, scepPayload } from '../../protocol/profile/index.ts'
import {
  certificateFingerprint,
  type DistinguishedName,
  decodeName,
  formatName,
} from '../../protocol/x509/index.ts'
import {
  type Account,
  type Challenge,
  type Enrollment,
  findAccount,
  findChallengeByHash,
  findEnrollment,
  findPhase2Answer,
  insertChallenge,
  insertPhase2Answer,
  spendChallenge,
  transact,
  upsertDevice,
} from '../../store/index.ts'
import { hashChallenge, type MintedChallenge, mintChallenge } from '../ca/index.ts'
import type { FlowChoices } from '../flow/index.ts'
import {
  addWeakAlgorithms,
  moveWithStep,
  type Origin,
  recordStep,
  type WeakUse,
} from '../journal/index.ts'
import type { EnrollmentOptions } from './context.ts'
import { judgeDevice } from './device-policy.ts'
import type { Evidence } from './evidence.ts'
import { signProfile } from './offer.ts'
import { PhaseRefused, withEnrollment } from './refusal.ts'

/** A phase 2 message: who signed it, what the device says of itself, and where it came from. */
export interface Phase2Message {
  readonly verified: VerifiedMessage
  readonly evidence: Extract<Evidence, { kind: 'device' }>
  readonly attributes: DeviceAttributes
  readonly origin: Origin
}

/**
 * Phase 2: finds the enrollment by its challenge, checks and binds the device, and answers with the SCEP
 * payload for its identity. The same device asking the same again gets the same answer.
 * @throws PhaseRefused, ServiceError
 */
export const identify = async (
  options: EnrollmentOptions,
  message: Phase2Message,
): Promise<Uint8Array> => {
  const { db, masterKey, clock } = options
  const secret = message.attributes.challenge
  if (secret === undefined) throw new PhaseRefused('challenge_missing', 'a challenge is needed')
  const hash = hashChallenge(masterKey, secret)
  const challenge = await findChallengeByHash(db, hash)
  const enrollment =
    challenge?.enrollmentId == null ? undefined : await findEnrollment(db, challenge.enrollmentId)
  if (challenge?.purpose !== 'profile-service' || enrollment === undefined) {
    throw new PhaseRefused('challenge_unknown', 'the challenge is not known here')
  }
  if (!isAlive(challenge, clock.now())) {
    throw new PhaseRefused('challenge_expired', 'the challenge has expired', enrollment)
  }
  const digest = digestOf(message)
  // Where the enrollment has moved, the challenge may have been spent between the two readings.
  const current = enrollment.state === 'offered' ? challenge : await findChallengeByHash(db, hash)
  const spentBy = challenge.spentBy ?? current?.spentBy ?? undefined
  if (spentBy !== undefined) {
    return await repeat(options, { enrollment, isSame: spentBy === digest, message })
  }
  if (enrollment.state !== 'offered') {
    throw new PhaseRefused('enrollment_state', 'the enrollment has gone on', enrollment)
  }
  const answer = await withEnrollment(enrollment, () => prepareAnswer(options, enrollment, message))
  const isFirst = await bind(options, { challenge, enrollment, digest, message, ...answer })
  // Somebody was faster with this challenge: what they got decides.
  return isFirst ? answer.signed : await identify(options, message)
}

/** What a repetition must have in common with the first message: signer and attributes, not the bytes. */
const digestOf = ({ verified, attributes }: Phase2Message): string => {
  const said = JSON.stringify({ ...attributes, others: [...attributes.others].sort() })
  return createHash('sha256')
    .update(certificateFingerprint(verified.signer.bytes))
    .update(said)
    .digest('hex')
}

const repeat = async (
  { db, masterKey, clock, meter }: EnrollmentOptions,
  options: {
    readonly enrollment: Enrollment
    readonly isSame: boolean
    readonly message: Phase2Message
  },
): Promise<Uint8Array> => {
  const { enrollment, isSame, message } = options
  const { id, state } = enrollment
  const isUnderWay = state === 'identified' || state === 'certified'
  const answer = isSame && isUnderWay ? await findPhase2Answer(db, id) : undefined
  if (answer === undefined) {
    throw new PhaseRefused('challenge_spent', 'the challenge was used before', enrollment)
  }
  const report = {
    at: clock.now(),
    code: 'phase2_repeated',
    outcome: 'ok',
    summary: 'The device asked again and got the same answer.',
    origin: message.origin,
  } as const
  await transact(db, (tx) => recordStep({ tx, meter }, id, report))
  return masterKey.open(answer, sealContext(enrollment))
}

const sealContext = ({ id }: Enrollment) =>
  ({ table: 'phase2_answer', row: id, column: 'answer' }) as const

interface Answer {
  /** Whose device it is from now on. */
  readonly account: Account
  readonly minted: MintedChallenge
  readonly signed: Uint8Array
}

const prepareAnswer = async (
  options: EnrollmentOptions,
  enrollment: Enrollment,
  { attributes }: Phase2Message,
): Promise<Answer> => {
  const { db, masterKey, clock, flows, settings } = options
  const account = await findAccount(db, enrollment.accountId)
  if (account === undefined || account.disabledAt !== null) {
    throw new PhaseRefused('account_disabled', 'the account may not enroll devices', enrollment)
  }
  const choices = await flows.of(enrollment.flowId)
  const verdict = await judgeDevice(db, choices, { device: attributes, account })
  if (verdict.kind === 'fault') {
    const { code, detail } = verdict.fault
    throw new PhaseRefused(code, detail, enrollment, { ends: true })
  }
  const subject: DistinguishedName = [
    [['O', settings.organization]],
    [['CN', `Profile Service (${randomUUID().toUpperCase()})`]],
  ]
  const minted = mintChallenge(masterKey, clock.now(), {
    purpose: 'ota',
    enrollmentId: enrollment.id,
    deviceId: null,
    subject,
    keyRule: choices.allowLegacy ? 'rsa-legacy' : 'rsa',
    minutes: settings.scepChallengeMinutes,
  })
  const signed = await scepProfile(options, enrollment, { subject, minted, choices })
  return { account: verdict.account, minted, signed }
}

const scepProfile = async (
  options: EnrollmentOptions,
  enrollment: Enrollment,
  {
    subject,
    minted,
    choices,
  }: {
    readonly subject: DistinguishedName
    readonly minted: MintedChallenge
    readonly choices: FlowChoices
  },
): Promise<Uint8Array> => {
  const { settings } = options
  const { organization, identifier } = settings
  const profileSettings = settings.profile[choices.allowLegacy ? 'legacy' : 'current']
  const uuid = (): string => randomUUID().toUpperCase()
  const profile = configuration({
    identifier: `${identifier}.identity`,
    uuid: uuid(),
    displayName: `${organization} identity`,
    description: 'Gives the device the certificate that its settings are encrypted to.',
    organization,
    payloads: [
      scepPayload({
        identifier: `${identifier}.identity.scep`,
        uuid: uuid(),
        displayName: 'Device identity',
        organization,
        url: `${settings.publicUrl}/scep`,
        // Comes back in GetCACert and GetCACaps, and so tells whose questions they are.
        name: enrollment.id,
        subject,
        challenge: minted.secret,
        keySize: 2048,
        caFingerprint: profileSettings.caFingerprint,
        capabilities: profileSettings.capabilities,
      }),
    ],
  })
  return await signProfile(options, profile)
}

const MINUTE = 60_000

const bind = async (
  { db, masterKey, clock, meter, settings }: EnrollmentOptions,
  binding: Answer & {
    readonly challenge: Challenge
    readonly enrollment: Enrollment
    readonly digest: string
    readonly message: Phase2Message
  },
): Promise<boolean> => {
  const { challenge, enrollment, digest, message, account, minted, signed } = binding
  const isPassedOn = account.id !== enrollment.accountId
  const { attributes, evidence, origin } = message
  const at = clock.now()
  const weakAlgorithms = addWeakAlgorithms(enrollment, weakSignature(message))
  const answer = masterKey.seal(signed, sealContext(enrollment))
  return await transact(db, async (tx) => {
    const spending = { hash: challenge.hash, now: at, spentBy: digest }
    if ((await spendChallenge(tx, spending)) === undefined) return false
    const device = await upsertDevice(tx, {
      ...describeDevice(attributes),
      id: newId('device', at),
      simulated: evidence.simulated,
      at,
    })
    await insertChallenge(tx, { ...minted.record, deviceId: device.id })
    await insertPhase2Answer(tx, enrollment.id, answer)
    const isMoved = await moveWithStep({ tx, meter }, enrollment, {
      event: 'identify',
      at,
      code: 'phase2_answered',
      summary: isPassedOn
        ? `The device identified itself as that of ${account.name} and was sent for its certificate (phase 2).`
        : 'The device identified itself and was sent for its certificate (phase 2).',
      detail: {
        ...describeMessage(message),
        ...(isPassedOn ? { account: account.name } : {}),
      },
      weakUses: weakSignature(message),
      origin,
      changes: {
        ...(isPassedOn ? { accountId: account.id } : {}),
        deviceId: device.id,
        simulated: evidence.simulated,
        ...(weakAlgorithms === undefined ? {} : { weakAlgorithms }),
        expiresAt: at + settings.challengeMinutes * MINUTE,
      },
    })
    if (!isMoved) {
      throw new PhaseRefused('enrollment_state', 'the enrollment has gone on', enrollment)
    }
    return true
  })
}

/** A device as the store keeps it. */
export const describeDevice = (attributes: DeviceAttributes) => ({
  udid: attributes.udid,
  serialNumber: attributes.serialNumber ?? null,
  product: attributes.product ?? null,
  build: attributes.build ?? null,
  imei: attributes.imei ?? null,
  meid: attributes.meid ?? null,
  iccid: attributes.iccid ?? null,
  attributes: Object.fromEntries(attributes.others),
})

const describeMessage = ({ verified, evidence, attributes }: Phase2Message) => ({
  signer: {
    subject: formatName(decodeName(verified.signer.subject)),
    issuer: formatName(decodeName(verified.signer.issuer)),
    verified: evidence.verified,
    simulated: evidence.simulated,
  },
  digest: verified.hash,
  signedAttributes: verified.attributes.size > 0,
  device: describeDevice(attributes),
})

/** What phases 2 and 3 count of how a device signs. The key of its maker's certificate is no choice of the device. */
export const weakSignature = ({
  verified,
}: {
  readonly verified: VerifiedMessage
}): readonly WeakUse[] => (verified.hash === 'sha1' ? ['SHA-1 signature'] : [])
