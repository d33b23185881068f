import {
  type AccountId,
  type DeviceId,
  type EnrollmentId,
  type EnrollmentState,
  firstId,
  nameKey,
  STATES_UNDER_WAY,
} from '../model/index.ts'
import { deleteDevicesOf } from './flow-device.ts'
import { listInvitationIdsOf } from './invitation.ts'
import { cancelJobs } from './job.ts'
import type { Executor } from './schema.ts'

/** The enrollments of an account holder, oldest first. */
export const listEnrollmentIdsOf = async (
  db: Executor,
  accountId: AccountId,
): Promise<readonly EnrollmentId[]> => {
  const rows = await enrollmentsOf(db, accountId).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

const enrollmentsOf = (db: Executor, accountId: AccountId) =>
  db.selectFrom('enrollment').select('id').where('account_id', '=', accountId)

const ERASED = 'Erased.'

/**
 * Takes out what tells who an account holder is, with all that they and their devices said. Ids, times, codes and
 * serial numbers stay: they are what other rows and the audit refer to. Certificates are revoked. Devices that
 * somebody else enrolled too stay as they are.
 */
export const erasePerson = async (
  db: Executor,
  accountId: AccountId,
  { at }: { readonly at: number },
): Promise<void> => {
  const theirs = enrollmentsOf(db, accountId)
  const name = `erased-${accountId}`
  // By their name, which is gone afterwards.
  await deleteDevicesOf(db, accountId)
  await db
    .updateTable('account')
    .set({
      name,
      name_key: nameKey(name),
      full_name: null,
      email: null,
      password_hash: null,
      attributes: '{}',
      source: null,
      external_id: null,
      groups: null,
      checked_at: null,
      gone_at: null,
    })
    .set(({ fn, val, ref }) => ({ disabled_at: fn.coalesce(ref('disabled_at'), val(at)) }))
    .where('id', '=', accountId)
    .execute()
  await eraseDevices(db, accountId)
  await eraseEnrollments(db, theirs)
  await db
    .updateTable('challenge')
    .set({ subject: null, expires_at: 0 })
    .where('enrollment_id', 'in', theirs)
    .execute()
  await db
    .updateTable('certificate')
    .set({ subject: '', tbs: new Uint8Array() })
    .set(({ fn, val, ref }) => ({
      revoked_at: fn.coalesce(ref('revoked_at'), val(at)),
      revoked_reason: fn.coalesce(ref('revoked_reason'), val('erased')),
    }))
    .where('enrollment_id', 'in', theirs)
    .execute()
  await db
    .updateTable('invitation')
    .set({ batch: null })
    .set(({ fn, val, ref }) => ({ revoked_at: fn.coalesce(ref('revoked_at'), val(at)) }))
    .where('account_id', '=', accountId)
    .execute()
  await cancelJobs(db, await listInvitationIdsOf(db, accountId), at)
  await db
    .updateTable('token')
    .set({ revoked_at: at })
    .where(({ eb, or }) => or([eb('subject', 'in', theirs), eb('subject', '=', accountId)]))
    .where('revoked_at', 'is', null)
    .execute()
}

/** Takes out what enrollments say of people: network addresses, programs, what steps tell, the answer of phase 2. */
const eraseEnrollments = async (
  db: Executor,
  which: ReturnType<typeof enrollmentsOf>,
): Promise<void> => {
  await db
    .updateTable('step')
    .set({ summary: ERASED, detail: '{}', remote_address: null })
    .where('enrollment_id', 'in', which)
    .execute()
  await db
    .updateTable('enrollment')
    .set({ remote_address: '', user_agent: null })
    .where('id', 'in', which)
    .execute()
  await db.deleteFrom('phase2_answer').where('enrollment_id', 'in', which).execute()
}

/** How far `eraseQuietEnrollments` has come. */
export interface Quieted {
  /** How many it has erased. */
  readonly erased: number
  /** The last that it has looked at; undefined where there was none. */
  readonly last: EnrollmentId | undefined
}

/**
 * Looks at enrollments after `after` that were begun before `before`, the oldest first and `limit` at most, and takes
 * out what they say of people where nothing has happened since `before` and nothing is under way.
 */
export const eraseQuietEnrollments = async (
  db: Executor,
  {
    after,
    before,
    limit,
  }: {
    readonly after: EnrollmentId | undefined
    readonly before: number
    readonly limit: number
  },
): Promise<Quieted> => {
  const all = db
    .selectFrom('enrollment')
    .select(['id', 'state', 'updated_at', 'remote_address'])
    .where('id', '<', firstId('enrollment', before))
  const query = after === undefined ? all : all.where('id', '>', after)
  const rows = await query.orderBy('id').limit(limit).execute()
  const quiet = rows.filter(
    (row) => row.updated_at < before && row.remote_address !== '' && !underWay.has(row.state),
  )
  if (quiet.length > 0) {
    const ids = quiet.map(({ id }) => id)
    await eraseEnrollments(db, db.selectFrom('enrollment').select('id').where('id', 'in', ids))
  }
  return { erased: quiet.length, last: rows.at(-1)?.id }
}

const underWay: ReadonlySet<EnrollmentState> = new Set(STATES_UNDER_WAY)

const eraseDevices = async (db: Executor, accountId: AccountId): Promise<void> => {
  const devices = db.selectFrom('enrollment').select('device_id').where('device_id', 'is not', null)
  await db
    .updateTable('device')
    .set(({ ref }) => ({
      udid: ref('id'),
      serial_number: null,
      imei: null,
      meid: null,
      iccid: null,
      attributes: '{}',
    }))
    .where(
      'id',
      'in',
      devices.where('account_id', '=', accountId).$narrowType<{ device_id: DeviceId }>(),
    )
    .where(
      'id',
      'not in',
      devices.where('account_id', '<>', accountId).$narrowType<{ device_id: DeviceId }>(),
    )
    .execute()
}
