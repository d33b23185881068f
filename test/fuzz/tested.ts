import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase, skipWithoutPostgres } from '../postgres.ts'
import type { CampaignOptions } from './campaign.ts'
import { explore } from './explore.ts'

const SEED = 20_261_121
const INPUTS = 20_000

interface Tested {
  /** What is mutated, and what then happens. */
  readonly what: string
  readonly ids: readonly string[]
  /** Tests that the inputs are divided among. */
  readonly parts: number
  /** A server, whose last part runs on PostgreSQL where there is one. */
  readonly isServer?: boolean
}

/** Tests that together read 20,000 inputs of a target. */
export const testTarget = (
  target: string,
  { what, ids, parts, isServer = false }: Tested,
): void => {
  const count = INPUTS / parts
  for (let from = 0; from < INPUTS; from += count) {
    const isLast = from + count === INPUTS
    const database = isServer && isLast && !skipWithoutPostgres ? 'PostgreSQL' : 'SQLite'
    const range = parts === 1 ? '20,000' : `${from} to ${from + count - 1} of 20,000`
    const where = isServer ? ` (${database})` : ''
    const name = `${range} mutated ${what}${where} ${ids.map((id) => `[${id}]`).join(' ')}`
    test(name, async () => {
      const options = { target, seed: SEED, from, count }
      await (database === 'PostgreSQL' ? requireOnPostgres(options) : requireNothingFound(options))
    })
  }
}

const requireNothingFound = async (options: CampaignOptions): Promise<void> => {
  const { count } = options
  const { inputs, findings, accepted, refused } = await explore(options)
  assert.deepEqual(findings, [])
  assert(inputs >= count && accepted > count / 100 && refused > count / 2)
}

const requireOnPostgres = async (options: CampaignOptions): Promise<void> => {
  await using database = await createTestDatabase()
  await requireNothingFound({ ...options, databaseUrl: database.url })
}
