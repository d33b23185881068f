import assert from 'node:assert/strict'
import { ProtocolError } from '../../src/errors.ts'

/** The message cut off after each of its bytes but the last. */
export function* truncations(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length)
}

/** The message with one bit changed: each bit of each byte. */
export function* bitFlips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) yield flip(bytes, bit >> 3, 1 << (bit & 7))
}

/** The message with one bit of each byte changed, another one from byte to byte. */
export function* byteFlips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield flip(bytes, at, 1 << (at & 7))
}

/** A copy in which the bits of `mask` are changed at one place. */
export const flip = (bytes: Uint8Array, at: number, mask = 1): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}

/**
 * Gives every input to a decoder, which must take it or throw a ProtocolError.
 * @returns how many were taken and how many refused
 */
export const survive = (
  decoder: (bytes: Uint8Array) => unknown,
  inputs: Iterable<Uint8Array>,
): { taken: number; refused: number } => {
  const count = { taken: 0, refused: 0 }
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    for (const input of inputs) {
      try {
        decoder(input)
        count.taken++
      } catch (error) {
        if (!(error instanceof ProtocolError)) {
          assert.fail(`${error} for ${Buffer.from(input).toString('hex')}`)
        }
        count.refused++
      }
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return count
}

/** The code of the ProtocolError that a call throws; undefined where it returns. */
export const refusal = (call: () => unknown): string | undefined => {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof ProtocolError) return error.code
    throw error
  }
}
