import { z } from 'zod'
import { ServiceError } from '../../errors.ts'
import { EXPLAINED_CODES, explainCode, findExplanation } from '../../model/index.ts'
import { EXPLANATION } from '../enrollment-view.ts'
import { NOTHING, ok, operation } from './operation.ts'

const EXPLANATIONS = z
  .strictObject({ data: z.array(EXPLANATION).readonly() })
  .meta({ id: 'ExplanationList' })

/** What reason codes mean: the same words that pages and commands show. */
export const explanationOperations = [
  operation(
    {
      id: 'getExplanations',
      method: 'GET',
      path: '/explanations',
      summary: 'Read the reason codes that have an explanation of their own',
      asks: NOTHING,
      answers: ok(EXPLANATIONS),
    },
    async () => ({ data: EXPLAINED_CODES.map(explainCode) }),
  ),
  operation(
    {
      id: 'getExplanation',
      method: 'GET',
      path: '/explanations/:code',
      summary: 'Read what a reason code means, and what to do about it',
      asks: z.object({ params: z.object({ code: z.string() }) }),
      answers: ok(EXPLANATION),
      problems: { 404: ['explanation_unknown'] },
    },
    async (_, { params: { code } }) => {
      if (findExplanation(code) !== undefined) return explainCode(code)
      throw new ServiceError('not_found', 'explanation_unknown', 'there is no such reason code')
    },
  ),
] as const
