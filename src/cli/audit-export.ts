import { once } from 'node:events'
import { openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import type { Terminal } from './terminal.ts'

export interface ExportFlags extends ClientFlags {
  readonly from?: string
  readonly to?: string
}

const PAGE = 500

/** Prints a piece of the chain, line for line as the API has it, and then `{"checkpoint":…}`. */
export const exportAudit = async (
  { from, to, ...flags }: ExportFlags,
  terminal: Terminal,
): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const { after, upTo, checkpoint } = await client.api.beginAuditExport({ from, to })
  let cursor: string | null = null
  do {
    const query = { after, upTo, limit: PAGE, cursor: cursor ?? undefined }
    const { data, page } = await client.api.listAuditLines(query)
    await print(data, terminal)
    cursor = page.nextCursor
  } while (cursor !== null)
  await print([{ checkpoint }], terminal)
}

const print = async (records: readonly unknown[], { stdout, signal }: Terminal): Promise<void> => {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  // Whoever reads may be slower than the server.
  if (!stdout.write(text)) await once(stdout, 'drain', { signal })
}
