import type { EnrollmentId } from '../../model/index.ts'
import type { DeviceAttributes } from '../../protocol/profile/index.ts'
import { decodeCertificate } from '../../protocol/x509/index.ts'
import { type Device, insertChallenge, transact } from '../../store/index.ts'
import { issuedBytes } from '../ca/index.ts'
import { addWeakAlgorithms, moveWithStep, type Origin } from '../journal/index.ts'
import {
  chooseCipher,
  compose,
  encryptAndSign,
  payloadTypes,
  requireOwnDevice,
  requireStanding,
} from './configuration.ts'
import type { EnrollmentOptions } from './context.ts'
import { getEnrollment } from './dossier.ts'
import { PhaseRefused, withEnrollment } from './refusal.ts'

/**
 * The current final profile of a device that is configured, for its account holder to install over the one before:
 * encrypted to the certificate of the device and signed by us, as phase 3 sends it.
 * @throws ServiceError not_found `enrollment_unknown`; forbidden `enrollment_state`, `certificate_…`,
 *   `account_disabled`, `legacy_not_allowed` and the codes of the device policy
 */
export const updateConfiguration = async (
  options: EnrollmentOptions,
  id: EnrollmentId,
  origin: Origin,
): Promise<Uint8Array> => {
  const { db, clock, meter } = options
  const { enrollment, account, device, certificate } = await getEnrollment(db, id, clock.now())
  const isConfigured = enrollment.state === 'configured' || enrollment.state === 'managed'
  if (!isConfigured || device === undefined || certificate === undefined) {
    throw new PhaseRefused('enrollment_state', 'there is nothing to update yet', enrollment)
  }
  const parties = { enrollment, device, account }
  requireStanding(parties, certificate, { now: clock.now(), isSameDevice: true })
  const attributes = lastSaidBy(device)
  return await withEnrollment(enrollment, async () => {
    const choices = await options.flows.of(enrollment.flowId)
    const described = { ...parties, attributes }
    await requireOwnDevice(options, choices, described)
    const cipher = chooseCipher(choices, parties, described)
    const { profile, version, minted } = await compose(options, choices, described)
    const recipient = decodeCertificate(issuedBytes(certificate))
    const bytes = await encryptAndSign(options, profile, { recipient, cipher })
    const weakUses = cipher === 'des-ede3-cbc' ? (['3DES profile'] as const) : []
    const weakAlgorithms = addWeakAlgorithms(enrollment, weakUses)
    const isSent = await transact(db, async (tx) => {
      const isMoved = await moveWithStep({ tx, meter }, enrollment, {
        event: 'configure',
        at: clock.now(),
        code: 'update_sent',
        summary: 'The current configuration was sent, readable by this device only.',
        detail: {
          contentEncryption: cipher,
          PayloadIdentifier: String(profile.get('PayloadIdentifier')),
          payloads: payloadTypes(profile),
          bytes: bytes.length,
        },
        weakUses,
        origin,
        changes: {
          profileVersion: version,
          ...(weakAlgorithms !== undefined && { weakAlgorithms }),
        },
      })
      if (!isMoved) return false
      for (const challenge of minted) await insertChallenge(tx, challenge.record)
      return true
    })
    // Whoever comes second starts from the state that the first left.
    return isSent ? bytes : await updateConfiguration(options, id, origin)
  })
}

const lastSaidBy = (device: Device): DeviceAttributes => ({
  udid: device.udid,
  serialNumber: device.serialNumber ?? undefined,
  build: device.build ?? undefined,
  product: device.product ?? undefined,
  imei: device.imei ?? undefined,
  meid: device.meid ?? undefined,
  iccid: device.iccid ?? undefined,
  challenge: undefined,
  others: new Map(),
})
