import { setTimeout } from 'node:timers/promises'
import type { JournalStep } from '../api-client/index.ts'
import { newId } from '../model/index.ts'
import { type Client, openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import { formatJournalStep } from './enrollment-text.ts'
import { CommandError, ExitCode } from './exit.ts'
import type { OutputFormat } from './output.ts'
import { fetchList } from './paging.ts'
import { createPaint, printLine, printNote, type Terminal } from './terminal.ts'

export interface WatchFlags extends ClientFlags {
  readonly all?: boolean
  readonly output: OutputFormat
}

const POLL_MS = 500

/** Prints steps until it is interrupted; without a server those that were, as no more can come. */
export const watchEnrollments = async (
  id: string | undefined,
  flags: WatchFlags,
  terminal: Terminal,
): Promise<void> => {
  await using client = await openClient(flags, terminal)
  if (!client.isServer && !flags.all) throw noServer()
  const begin = await beginOf(client, id, flags)
  const signal = abortWithReader(terminal)
  if (client.isServer) printNote(terminal, 'Waiting for steps; Ctrl-C ends it.')
  try {
    for await (const step of follow(client, begin, signal)) {
      if (id === undefined || step.enrollment === id) printStep(step, flags.output, terminal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  terminal.signal.throwIfAborted()
  if (!client.isServer) printNote(terminal, 'No server runs here, so no more steps come.')
}

const noServer = (): CommandError =>
  new CommandError(ExitCode.unreachable, 'no server runs here, so no steps come', {
    hint: 'Start it with windfall serve, or print the steps that were with --all.',
  })

/** Also whoever reads the output may have enough of it. */
const abortWithReader = ({ stdout, signal }: Terminal): AbortSignal => {
  const reader = new AbortController()
  stdout.once('error', () => reader.abort())
  return AbortSignal.any([signal, reader.signal])
}

/** The id to begin after; ids sort by time, so that one made for a moment divides before from after. */
const beginOf = async (
  client: Client,
  id: string | undefined,
  { all }: WatchFlags,
): Promise<string | undefined> => {
  const enrollment = id === undefined ? undefined : await client.api.getEnrollment(id)
  if (!all) return newId('step', Date.now())
  return enrollment && newId('step', Date.parse(enrollment.createdAt) - 1)
}

// A step gets its id before its transaction, so one with a smaller id may become visible later.
const OVERLAP_MS = 10_000

async function* follow(
  client: Client,
  begin: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<JournalStep> {
  let after = begin
  let seen: readonly JournalStep[] = []
  while (!signal.aborted) {
    const found = await readSteps(client, after)
    const ids = new Set(seen.map((step) => step.id))
    yield* found.filter((step) => !ids.has(step.id))
    if (!client.isServer) return
    seen = found
    const settled = Date.parse(seen.at(-1)?.at ?? '') - OVERLAP_MS
    after = seen.findLast(({ at }) => Date.parse(at) < settled)?.id ?? after
    await setTimeout(POLL_MS, undefined, { signal })
  }
}

/** All steps after one, of as many pages as that takes. */
const readSteps = async (
  { api }: Client,
  after: string | undefined,
): Promise<readonly JournalStep[]> =>
  (await fetchList(Number.POSITIVE_INFINITY, (page) => api.listSteps({ ...page, after }))).data

const printStep = (step: JournalStep, format: OutputFormat, terminal: Terminal): void =>
  printLine(
    terminal,
    format === 'table'
      ? formatJournalStep(step, createPaint(terminal.stdout))
      : JSON.stringify(step),
  )
