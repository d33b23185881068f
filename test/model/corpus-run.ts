import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { CorpusName } from './corpus.ts'

const PROGRAM = fileURLToPath(new URL('./corpus-child.ts', import.meta.url))
// Memory that grows only because the collector takes its time says nothing: a small nursery, emptied each round.
const FLAGS = ['--expose-gc', '--max-semi-space-size=1']

const report = z.object({
  inputs: z.number(),
  readings: z.record(z.string(), z.number()),
  residentSizes: z.array(z.number()),
})

export interface Replay extends z.infer<typeof report> {
  /** By how much the memory held differs from what was held after the first measured round, at most. */
  readonly drift: number
}

/**
 * Replays a corpus so often in a process of its own.
 * Rejects when that process does not end by itself and well: its error has the signal and the exit code.
 */
export const replayInChild = async (
  corpus: CorpusName,
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<Replay> => {
  const args = [...FLAGS, PROGRAM, corpus, String(warmUp), String(rounds)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const result = report.parse(JSON.parse(stdout))
  const [first = 0] = result.residentSizes
  const differences = result.residentSizes.map((size) => Math.abs(size - first) / first)
  return { ...result, drift: Math.max(...differences) }
}
