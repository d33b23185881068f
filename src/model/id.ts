import { randomBytes } from 'node:crypto'

const PREFIXES = {
  account: 'acc',
  acmeCertificate: 'acm',
  certificate: 'crt',
  challenge: 'chl',
  device: 'dev',
  directory: 'dir',
  enrollment: 'enr',
  flow: 'flw',
  invitation: 'inv',
  job: 'job',
  keyPair: 'key',
  operator: 'opr',
  session: 'ses',
  step: 'stp',
  token: 'tok',
  webhook: 'whk',
  webhookDelivery: 'whd',
} as const

export type Noun = keyof typeof PREFIXES

/** The id of a noun: its prefix and 26 characters that sort by creation time, e.g. `enr_01jd3v…`. */
export type Id<N extends Noun> = string & { readonly noun: N }

export type AccountId = Id<'account'>
export type AcmeCertificateId = Id<'acmeCertificate'>
export type CertificateId = Id<'certificate'>
export type ChallengeId = Id<'challenge'>
export type DeviceId = Id<'device'>
export type DirectoryId = Id<'directory'>
export type EnrollmentId = Id<'enrollment'>
export type FlowId = Id<'flow'>
export type InvitationId = Id<'invitation'>
export type JobId = Id<'job'>
export type KeyPairId = Id<'keyPair'>
export type OperatorId = Id<'operator'>
export type SessionId = Id<'session'>
export type StepId = Id<'step'>
export type TokenId = Id<'token'>
export type WebhookId = Id<'webhook'>
export type WebhookDeliveryId = Id<'webhookDelivery'>

// Crockford's base 32 in lower case: digits and letters sort as their values do.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const REST = '_[0-9a-hjkmnp-tv-z]{26}$'
const SHAPE = new RegExp(`^([a-z]{3})${REST}`)

/** What the ids of a noun look like. */
export const idPattern = (noun: Noun): RegExp => new RegExp(`^${PREFIXES[noun]}${REST}`)

/**
 * A fresh id made at `now` (milliseconds since 1970): 48 bits of time, a count that keeps the ids of one
 * process in order, 65 random bits.
 */
export const newId = <N extends Noun>(noun: N, now: number): Id<N> => {
  const { time, count } = nextMoment(now)
  let random = ''
  for (const byte of nextRandomBytes()) random += ALPHABET.charAt(byte & 31)
  return brand(noun, `${PREFIXES[noun]}_${encode(time, 10)}${encode(count, 3)}${random}`)
}

const RANDOM_CHARACTERS = 13
let pool = new Uint8Array()

// Drawn for many ids at once: asking for 13 bytes costs as much as asking for a page.
const nextRandomBytes = (): Uint8Array => {
  if (pool.length === 0) pool = randomBytes(256 * RANDOM_CHARACTERS)
  const bytes = pool.subarray(0, RANDOM_CHARACTERS)
  pool = pool.subarray(RANDOM_CHARACTERS)
  return bytes
}

const encode = (value: number, length: number): string => {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text
  }
  return text
}

/** An id before all that are made from `time` on: it stands for that moment and for no noun. */
export const firstId = <N extends Noun>(noun: N, time: number): Id<N> =>
  brand(noun, `${PREFIXES[noun]}_${encode(Math.max(time, 0), 10)}${'0'.repeat(16)}`)

/** When the id was made, milliseconds since 1970. */
export const timeOfId = (id: Id<Noun>): number => {
  let time = 0
  for (const character of id.slice(4, 14)) time = time * 32 + ALPHABET.indexOf(character)
  return time
}

const COUNTS = 32 ** 3
let last = { time: 0, count: 0 }

// Later than the one before also where the clock went back: whoever reads on from an id must miss nothing.
const nextMoment = (now: number): typeof last => {
  const isFull = last.count + 1 === COUNTS
  if (now > last.time) last = { time: now, count: 0 }
  else last = isFull ? { time: last.time + 1, count: 0 } : { ...last, count: last.count + 1 }
  return last
}

/** Reads an id that came from outside; undefined if `text` is no id of that noun. */
export const parseId = <N extends Noun>(noun: N, text: string): Id<N> | undefined =>
  SHAPE.exec(text)?.[1] === PREFIXES[noun] ? brand(noun, text) : undefined

const brand = <N extends Noun>(_noun: N, text: string): Id<N> => text as Id<N>
