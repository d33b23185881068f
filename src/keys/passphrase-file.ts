import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { ServiceError } from '../errors.ts'

const MAGIC = Buffer.from('windfall')
const VERSION = 1
const SALT_LENGTH = 16
const MAC_LENGTH = 32
const KEY_LENGTH = 32
const TAG_LENGTH = 16
const PIECE_LENGTH = 64 * 1024
const SEALED_LENGTH = PIECE_LENGTH + TAG_LENGTH

/** RFC 9106 §4, the second recommended choice: 64 MiB, three passes, four lanes. */
const COST = { memory: 64 * 1024, passes: 3, parallelism: 4 } as const
/** A file may ask for so much at most: its head is read before it is known to be ours. */
const MOST = { memory: 1024 * 1024, passes: 16, parallelism: 16 } as const

type Cost = Record<keyof typeof COST, number>

/** Shorter ones can be guessed, and the file holds everything. Characters. */
const SHORTEST = 12

// Magic, version, memory (KiB), passes, lanes, salt; then a MAC over them.
const HEAD_LENGTH = MAGIC.length + 1 + 4 + 1 + 1 + SALT_LENGTH
const START_LENGTH = HEAD_LENGTH + MAC_LENGTH

const argon2OnThread = promisify(argon2)

/** @throws ServiceError invalid `passphrase_short` */
export const requirePassphrase = (passphrase: string): void => {
  if (passphrase.length >= SHORTEST) return
  throw refusal('passphrase_short', `the passphrase has fewer than ${SHORTEST} characters`)
}

/**
 * Seals what it is given under a passphrase (`docs/backup.md`). Nothing of the result can be changed, moved, left
 * out or added without `openWithPassphrase` seeing it.
 * @throws ServiceError invalid `passphrase_short`
 */
export async function* sealWithPassphrase(
  passphrase: string,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  requirePassphrase(passphrase)
  const head = encodeHead(COST, randomBytes(SALT_LENGTH))
  const keys = await deriveKeys(passphrase, head)
  yield Buffer.concat([head, macOf(keys, head)])
  let number = 0
  for await (const { bytes, isLast } of cut(plain, PIECE_LENGTH)) {
    const cipher = createCipheriv('aes-256-gcm', keys.body, nonceOf(number++, isLast))
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

/**
 * What was sealed, piece by piece. Each piece is authentic, but only the end says that it is whole.
 * @throws ServiceError invalid `backup_unknown`, `backup_newer`, `backup_passphrase`, `backup_damaged`,
 *   `backup_truncated`
 */
export async function* openWithPassphrase(
  passphrase: string,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pieces = cut(sealed, SEALED_LENGTH, START_LENGTH)
  const { value: start } = await pieces.next()
  const keys = await openStart(passphrase, start?.bytes ?? new Uint8Array())
  if (start?.isLast !== false) throw truncated()
  let number = 0
  for await (const { bytes, isLast } of pieces)
    yield openPiece(keys, bytes, { number: number++, isLast })
}

interface Keys {
  readonly head: Uint8Array
  readonly body: Uint8Array
}

const openStart = async (passphrase: string, start: Uint8Array): Promise<Keys> => {
  const head = start.subarray(0, HEAD_LENGTH)
  if (!MAGIC.equals(head.subarray(0, MAGIC.length))) {
    throw refusal('backup_unknown', 'the file is no backup of windfall')
  }
  if (start.length < START_LENGTH) throw truncated()
  if (head[MAGIC.length] !== VERSION) {
    throw refusal('backup_newer', 'the backup was made by a later release')
  }
  const keys = await deriveKeys(passphrase, head)
  if (timingSafeEqual(start.subarray(HEAD_LENGTH), macOf(keys, head))) return keys
  throw refusal('backup_passphrase', 'the passphrase is not the one of this backup')
}

const openPiece = (
  { body }: Keys,
  sealed: Uint8Array,
  { number, isLast }: { readonly number: number; readonly isLast: boolean },
): Uint8Array => {
  const length = sealed.length - TAG_LENGTH
  if (length < 0) throw truncated()
  const decipher = createDecipheriv('aes-256-gcm', body, nonceOf(number, isLast))
  decipher.setAuthTag(sealed.subarray(length))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()])
  } catch (cause) {
    if (isLast) throw truncated({ cause })
    throw refusal('backup_damaged', 'the backup was changed or is damaged', { cause })
  }
}

/**
 * Cuts a stream into pieces of one length, but for the first, where `firstLength` says so, and the last, which is
 * shorter, and empty where nothing is left.
 */
async function* cut(
  stream: AsyncIterable<Uint8Array>,
  length: number,
  firstLength = length,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly isLast: boolean }> {
  let wanted = firstLength
  let rest: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    rest.push(chunk)
    size += chunk.length
    if (size < wanted) continue
    let joined: Uint8Array = Buffer.concat(rest)
    for (; joined.length >= wanted; wanted = length) {
      yield { bytes: joined.subarray(0, wanted), isLast: false }
      joined = joined.subarray(wanted)
    }
    rest = [joined]
    size = joined.length
  }
  yield { bytes: Buffer.concat(rest), isLast: true }
}

const encodeHead = ({ memory, passes, parallelism }: Cost, salt: Uint8Array): Uint8Array => {
  const numbers = Buffer.alloc(6)
  numbers.writeUInt32BE(memory)
  numbers.writeUInt8(passes, 4)
  numbers.writeUInt8(parallelism, 5)
  return Buffer.concat([MAGIC, Uint8Array.of(VERSION), numbers, salt])
}

const decodeHead = (head: Uint8Array): { cost: Cost; salt: Uint8Array } => {
  const numbers = Buffer.from(head.subarray(MAGIC.length + 1, -SALT_LENGTH))
  const cost = {
    memory: numbers.readUInt32BE(),
    passes: numbers.readUInt8(4),
    parallelism: numbers.readUInt8(5),
  }
  const isFit =
    cost.memory <= MOST.memory &&
    cost.passes <= MOST.passes &&
    cost.parallelism <= MOST.parallelism &&
    cost.passes > 0 &&
    cost.parallelism > 0 &&
    cost.memory >= 8 * cost.parallelism
  if (!isFit) throw refusal('backup_damaged', 'the head of the backup is damaged')
  return { cost, salt: head.subarray(-SALT_LENGTH) }
}

/** Keys of this file alone: its salt is in them. */
const deriveKeys = async (passphrase: string, head: Uint8Array): Promise<Keys> => {
  const { cost, salt } = decodeHead(head)
  const message = Buffer.from(passphrase.normalize('NFC'))
  const root = await argon2OnThread('argon2id', {
    message,
    nonce: salt,
    tagLength: KEY_LENGTH,
    ...cost,
  })
  const derive = (use: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', root, '', `windfall 1 backup ${use}`, KEY_LENGTH))
  return { head: derive('head'), body: derive('body') }
}

const macOf = (keys: Keys, head: Uint8Array): Uint8Array =>
  createHmac('sha256', keys.head).update(head).digest()

/** The number of the piece, and whether it is the last. The key is of one file, so no nonce comes twice. */
const nonceOf = (number: number, isLast: boolean): Uint8Array => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 7)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

const truncated = (options?: ErrorOptions): ServiceError =>
  refusal('backup_truncated', 'the end of the backup is missing or was changed', options)

const refusal = (code: string, detail: string, options?: ErrorOptions): ServiceError =>
  new ServiceError('invalid', code, detail, options)
