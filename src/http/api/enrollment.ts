import { z } from 'zod'
import { DEFAULT_FLOW, FLOW_NAME } from '../../model/index.ts'
import { ENROLLMENT, ENROLLMENT_SUMMARY } from '../enrollment-view.ts'
import { ENROLLMENT_STATE } from '../field.ts'
import { presentEnrollment, presentSummary } from '../present.ts'
import { id, NAMED } from './input.ts'
import { ok, operation } from './operation.ts'
import { byId, listQuery, pageOf, toPage } from './page.ts'
import { JOURNAL_STEP, presentJournalStep } from './step.ts'

/** Who brings which device through the phases, and how far it has come. */
export const enrollmentOperations = [
  operation(
    {
      id: 'listEnrollments',
      method: 'GET',
      path: '/enrollments',
      summary: 'List enrollments, newest first',
      asks: listQuery(id('enrollment'), {
        state: ENROLLMENT_STATE.optional(),
        account: id('account')
          .optional()
          .meta({ description: 'Only those of this account holder.' }),
        flow: z
          .string()
          .regex(FLOW_NAME)
          .optional()
          .meta({ description: 'Only those of this flow.' }),
      }),
      answers: ok(pageOf('EnrollmentPage', ENROLLMENT_SUMMARY)),
    },
    async ({ enrollment }, { query: { limit, cursor, state, account, flow } }) => {
      const named = flow === DEFAULT_FLOW ? null : flow
      const filter = { before: cursor, state, accountId: account, flow: named }
      const found = await enrollment.find({ ...filter, limit: limit + 1 })
      return toPage(found, limit, { present: presentSummary, cursorOf: byId })
    },
  ),
  operation(
    {
      id: 'getEnrollment',
      method: 'GET',
      path: '/enrollments/:id',
      summary: 'Read an enrollment with all its steps',
      asks: z.object({ params: z.object({ id: id('enrollment') }) }),
      answers: ok(ENROLLMENT),
      isTagged: true,
      problems: { 404: ['enrollment_unknown'] },
    },
    async ({ enrollment }, { params }) => presentEnrollment(await enrollment.get(params.id)),
  ),
  operation(
    {
      id: 'listAccountTimeline',
      method: 'GET',
      path: '/accounts/:name/timeline',
      summary: 'List the enrollments of an account holder with all steps, newest first',
      asks: listQuery(id('enrollment'), {}).extend(NAMED.shape),
      answers: ok(pageOf('TimelinePage', ENROLLMENT)),
      problems: { 404: ['account_unknown'] },
    },
    async ({ accounts, enrollment }, { params, query: { limit, cursor } }) => {
      const { id: accountId } = await accounts.get(params.name)
      const found = await enrollment.timeline({ accountId, before: cursor, limit: limit + 1 })
      return toPage(found, limit, {
        present: presentEnrollment,
        cursorOf: (dossier) => dossier.enrollment.id,
      })
    },
  ),
  operation(
    {
      id: 'listSteps',
      method: 'GET',
      path: '/steps',
      summary: 'List the steps of all enrollments, oldest first',
      description:
        'A step gets its id before it is written down, so that one with a smaller id may come later: whoever follows ' +
        'them reads `GET /api/v1/events`.',
      asks: listQuery(id('step'), {
        after: id('step').optional().meta({ description: 'Only what comes behind this one.' }),
        enrollment: id('enrollment').optional().meta({ description: 'Only those of this one.' }),
      }),
      answers: ok(pageOf('StepPage', JOURNAL_STEP)),
    },
    async ({ enrollment }, { query: { limit, cursor, after, enrollment: enrollmentId } }) => {
      const filter = { after: cursor ?? after, enrollmentId }
      const found = await enrollment.stepsAfter({ ...filter, limit: limit + 1 })
      return toPage(found, limit, { present: presentJournalStep, cursorOf: byId })
    },
  ),
] as const
