import type { JournalStep } from '../api-client/index.ts'
import { firstId } from '../model/index.ts'
import { type Client, openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import { formatJournalStep } from './enrollment-text.ts'
import { followEvents } from './event-source.ts'
import { CommandError, ExitCode } from './exit.ts'
import type { OutputFormat } from './output.ts'
import { createPaint, printLine, printNote, type Terminal } from './terminal.ts'

export interface WatchFlags extends ClientFlags {
  readonly all?: boolean
  readonly output: OutputFormat
}

/** Prints steps until it is interrupted; without a server those that were, as no more can come. */
export const watchEnrollments = async (
  id: string | undefined,
  flags: WatchFlags,
  terminal: Terminal,
): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const print = (step: JournalStep): void => printStep(step, flags.output, terminal)
  if (client.begin === undefined) {
    if (!flags.all) throw noServer()
    await printAll(client, id, print)
    printNote(terminal, 'No server runs here, so no more steps come.')
    return
  }
  const signal = abortWithReader(terminal)
  let isOpen = false
  const onOpen = (): void => {
    if (!isOpen) printNote(terminal, 'Waiting for steps; Ctrl-C ends it.')
    isOpen = true
  }
  const query = { enrollment: id, after: flags.all ? await firstOf(client, id) : undefined }
  try {
    for await (const { data } of followEvents(client.begin, { query, signal, onOpen })) print(data)
  } catch (error) {
    if (!signal.aborted) throw error
  }
  terminal.signal.throwIfAborted()
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

/** The id to begin after, so that nothing is left out. */
const firstOf = async ({ api }: Client, id: string | undefined): Promise<string> => {
  if (id === undefined) return firstId('step', 0)
  const { createdAt } = await api.getEnrollment(id)
  return firstId('step', Date.parse(createdAt))
}

/** All steps, of as many pages as that takes. */
const printAll = async (
  { api }: Client,
  enrollment: string | undefined,
  print: (step: JournalStep) => void,
): Promise<void> => {
  let cursor: string | undefined
  do {
    const { data, page } = await api.listSteps({ limit: PAGE, enrollment, cursor })
    for (const step of data) print(step)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

const PAGE = 500

const printStep = (step: JournalStep, format: OutputFormat, terminal: Terminal): void =>
  printLine(
    terminal,
    format === 'table'
      ? formatJournalStep(step, createPaint(terminal.stdout))
      : JSON.stringify(step),
  )
