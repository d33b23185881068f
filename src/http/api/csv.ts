import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import {
  ENROLLMENT_COLUMNS,
  type EnrollmentId,
  FUNNEL_COLUMNS,
  firstId,
  funnelLines,
  STEP_COLUMNS,
  type StepId,
  timeOfId,
} from '../../model/index.ts'
import { type CsvColumns, formatCsvHeader, formatCsvRecords } from '../../protocol/csv/index.ts'
import { ENROLLMENT_STATE } from '../field.ts'
import { presentFunnel, presentSummary } from '../present.ts'
import { FUNNEL_SPAN } from './funnel.ts'
import { id, MOMENT, parseInput } from './input.ts'
import type { Operation } from './operation.ts'
import type { ApiOptions } from './services.ts'
import { presentJournalStep } from './step.ts'

/** What is read at once: as much as is in memory of a file, however long it is. */
const PAGE = 500

const CSV = 'text/csv'
const FILE = z.string().meta({ description: 'RFC 4180, with a header; times are UTC.' })

const SPAN = {
  from: MOMENT.optional().meta({ description: 'Only what began then or later.' }),
  to: MOMENT.optional().meta({ description: 'Only what began before.' }),
}

interface CsvOperation<Asked extends z.ZodObject>
  extends Pick<Operation, 'id' | 'path' | 'summary' | 'problems'> {
  readonly asks: Asked
}

/** A file that is written as it is read. */
const csvOperation = <Asked extends z.ZodObject, T>(
  description: CsvOperation<Asked>,
  columns: CsvColumns<T>,
  read: (options: ApiOptions, asked: z.output<Asked>) => AsyncIterable<readonly T[]>,
): Operation => ({
  ...description,
  method: 'GET',
  answers: { status: 200, schema: FILE, type: CSV },
  register: (server: FastifyInstance, options: ApiOptions) => {
    server.get(`/v1${description.path}`, async (request, reply) => {
      const asked = parseInput(description.asks, { query: request.query })
      return await send(reply, description.path.slice(1), rowsOf(columns, read(options, asked)))
    })
  },
})

// The first part before the answer begins: what is refused is refused with a problem.
const send = async (
  reply: FastifyReply,
  name: string,
  rows: AsyncGenerator<string>,
): Promise<FastifyReply> => {
  const first = await rows.next()
  const all = async function* (): AsyncGenerator<string> {
    if (!first.done) yield first.value
    yield* rows
  }
  return await reply
    .type(`${CSV}; charset=utf-8; header=present`)
    .headers({
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    })
    .send(Readable.from(all()))
}

async function* rowsOf<T>(
  columns: CsvColumns<T>,
  pages: AsyncIterable<readonly T[]>,
): AsyncGenerator<string> {
  let head = formatCsvHeader(columns)
  for await (const page of pages) {
    yield head + formatCsvRecords(columns, page)
    head = ''
  }
  if (head !== '') yield head
}

/** Page after page, until one is not full. */
async function* pagesOf<T extends { readonly id: string }>(
  read: (last: T['id'] | undefined) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  let last: T['id'] | undefined
  for (;;) {
    const page = await read(last)
    yield page
    last = page.at(-1)?.id
    if (page.length < PAGE) return
  }
}

/** The same as files for spreadsheets. */
export const csvOperations: readonly Operation[] = [
  csvOperation(
    {
      id: 'exportEnrollments',
      path: '/enrollments.csv',
      summary: 'Read enrollments as a CSV file, newest first',
      asks: z.object({
        query: z.strictObject({
          state: ENROLLMENT_STATE.optional(),
          account: id('account').optional(),
          ...SPAN,
        }),
      }),
    },
    ENROLLMENT_COLUMNS,
    async function* ({ enrollment }, { query: { state, account: accountId, from, to } }) {
      const end = to === undefined ? undefined : firstId('enrollment', to)
      const pages = pagesOf((before: EnrollmentId | undefined) =>
        enrollment.find({ state, accountId, before: before ?? end, limit: PAGE }),
      )
      for await (const page of pages) {
        const wanted = page.filter((each) => from === undefined || each.createdAt >= from)
        yield wanted.map(presentSummary)
        if (wanted.length < page.length) return
      }
    },
  ),
  csvOperation(
    {
      id: 'exportSteps',
      path: '/steps.csv',
      summary: 'Read steps as a CSV file, oldest first',
      asks: z.object({
        query: z.strictObject({ enrollment: id('enrollment').optional(), ...SPAN }),
      }),
    },
    STEP_COLUMNS,
    async function* ({ enrollment }, { query: { enrollment: enrollmentId, from, to } }) {
      const begin = from === undefined ? undefined : firstId('step', from)
      const pages = pagesOf((after: StepId | undefined) =>
        enrollment.stepsAfter({ enrollmentId, after: after ?? begin, limit: PAGE }),
      )
      for await (const page of pages) {
        const wanted = page.filter((step) => to === undefined || timeOfId(step.id) < to)
        yield wanted.map(presentJournalStep)
        if (wanted.length < page.length) return
      }
    },
  ),
  csvOperation(
    {
      id: 'exportFunnel',
      path: '/funnel.csv',
      summary: 'Read the funnel as a CSV file',
      asks: z.object({ query: FUNNEL_SPAN }),
      problems: { 400: ['funnel_span'] },
    },
    FUNNEL_COLUMNS,
    async function* ({ funnel }, { query }) {
      yield funnelLines(presentFunnel(await funnel.read(query)))
    },
  ),
]
