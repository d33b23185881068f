import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Answer } from '../request.ts'

/** The server is at fault and says when to come again: no client takes that for the end of its enrollment. */
export const assertPassing = ({ status, headers, body }: Answer): void => {
  assert.equal(status, 503, body.toString('latin1').slice(0, 200))
  assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
}

/** Until a report of the server's health is no longer the one that was asked for before. */
export const nextReport = (): Promise<void> => setTimeout(1_050)
