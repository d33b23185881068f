import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ServiceError } from '../errors.ts'

const MAX_PASSWORD_LENGTH = 1024
const SALT_LENGTH = 16
const TAG_LENGTH = 32

/** Memory in KiB; OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const COST = { memory: 19456, passes: 2, parallelism: 1 } as const

type Cost = Record<keyof typeof COST, number>

// Off the event loop; libuv's few threads also bound the memory in use.
const argon2OnThread = promisify(argon2)

/**
 * The argon2id hash of a password as a PHC string, salt and cost included.
 * @throws ServiceError `password_too_long` above 1,024 bytes of UTF-8
 */
export const hashPassword = async (password: string): Promise<string> => {
  requirePasswordLength(password)
  const message = encode(password)
  const salt = randomBytes(SALT_LENGTH)
  return format(COST, salt, await derive(message, salt, COST))
}

/** @throws ServiceError invalid `password_too_long` */
export const requirePasswordLength = (password: string): void => {
  if (encode(password).length > MAX_PASSWORD_LENGTH) {
    throw new ServiceError('invalid', 'password_too_long', 'a password has at most 1,024 bytes')
  }
}

/**
 * Whether `password` is the one that `phc` was made from, at the cost recorded there.
 * @throws Error if `phc` is not a PHC string of argon2id with a tag of 32 bytes
 */
export const verifyPassword = async (password: string, phc: string): Promise<boolean> => {
  const { cost, salt, tag } = parse(phc)
  const message = encode(password)
  if (message.length > MAX_PASSWORD_LENGTH) return false
  return timingSafeEqual(await derive(message, salt, cost), tag)
}

/** Costs what `verifyPassword` costs: an account that does not exist must not answer sooner. */
export const verifyAgainstNothing = async (password: string): Promise<false> => {
  await verifyPassword(password, NOTHING)
  return false
}

/** RFC 8265 §4.2: one spelling for what looks and is typed the same. */
const encode = (password: string): Buffer => Buffer.from(password.normalize('NFC'))

const derive = (message: Uint8Array, nonce: Uint8Array, cost: Cost): Promise<Buffer> =>
  argon2OnThread('argon2id', { message, nonce, tagLength: TAG_LENGTH, ...cost })

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/

const format = ({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode64(salt)}$${encode64(tag)}`

const parse = (phc: string): { cost: Cost; salt: Buffer; tag: Buffer } => {
  const match = PHC.exec(phc)
  if (match === null) throw new Error('not a password hash')
  const [, memory, passes, parallelism, salt = '', tag = ''] = match
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

/** The PHC string format wants base64 without padding. */
const encode64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

const NOTHING = format(COST, Buffer.alloc(SALT_LENGTH), Buffer.alloc(TAG_LENGTH))
