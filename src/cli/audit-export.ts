import { once } from 'node:events'
import { z } from 'zod'
import { listOf } from './answer.ts'
import { openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import type { Terminal } from './terminal.ts'

export interface ExportFlags extends ClientFlags {
  readonly from?: string
  readonly to?: string
}

const EXPORT = z.object({ after: z.number(), upTo: z.number(), checkpoint: z.unknown() })
const LINES = listOf(z.looseObject({ seq: z.number() }))
const PAGE = 500

/** Prints a piece of the chain, line for line as the API has it, and then `{"checkpoint":…}`. */
export const exportAudit = async (
  { from, to, ...flags }: ExportFlags,
  terminal: Terminal,
): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const begun = EXPORT.parse(await client.post('/audit/exports', { from, to }))
  const { upTo } = begun
  let { after } = begun
  while (after < upTo) {
    const page = await client.get('/audit/lines', { after, upTo, limit: PAGE })
    const { data } = LINES.parse(page)
    const last = data.at(-1)
    // A gap at the end: verify says what is missing.
    if (last === undefined) break
    await print(data, terminal)
    after = last.seq
  }
  await print([{ checkpoint: begun.checkpoint }], terminal)
}

const print = async (records: readonly unknown[], { stdout, signal }: Terminal): Promise<void> => {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  // Whoever reads may be slower than the server.
  if (!stdout.write(text)) await once(stdout, 'drain', { signal })
}
