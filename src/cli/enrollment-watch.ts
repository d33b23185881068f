import { z } from 'zod'
import { firstId } from '../model/index.ts'
import { ENROLLMENT_SUMMARY, JOURNAL_STEP, listOf } from './answer.ts'
import { type Client, openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import { formatJournalStep } from './enrollment-text.ts'
import { followEvents } from './event-source.ts'
import { CommandError, ExitCode } from './exit.ts'
import type { OutputFormat } from './output.ts'
import { fetchList } from './paging.ts'
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
  const print = (step: unknown): void => printStep(step, flags.output, terminal)
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
    for await (const event of followEvents(client.begin, { query, signal, onOpen })) {
      print(EVENT.parse(event).data)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  terminal.signal.throwIfAborted()
}

const EVENT = z.object({ data: z.unknown() })

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
const firstOf = async (client: Client, id: string | undefined): Promise<string> => {
  if (id === undefined) return firstId('step', 0)
  const { createdAt } = ENROLLMENT_SUMMARY.parse(
    await client.get(`/enrollments/${encodeURIComponent(id)}`),
  )
  return firstId('step', Date.parse(createdAt))
}

const LIST = listOf(z.unknown())
const PAGE = 500

/** All steps, of as many pages as that takes. */
const printAll = async (
  client: Client,
  id: string | undefined,
  print: (step: unknown) => void,
): Promise<void> => {
  let after = await firstOf(client, id)
  for (;;) {
    const { data } = LIST.parse(await client.get('/steps', { limit: PAGE, after }))
    for (const step of data) {
      const { id: stepId, enrollment } = JOURNAL_STEP.parse(step)
      after = stepId
      if (id === undefined || enrollment === id) print(step)
    }
    if (data.length < PAGE) return
  }
}

const printStep = (step: unknown, format: OutputFormat, terminal: Terminal): void =>
  printLine(
    terminal,
    format === 'table'
      ? formatJournalStep(JOURNAL_STEP.parse(step), createPaint(terminal.stdout))
      : JSON.stringify(step),
  )
