import assert from 'node:assert/strict'
import { type Operation, pathPattern } from '../../src/http/api/operation.ts'
import { refusalsOf } from '../../src/http/api/refusal.ts'
import { OPERATIONS } from '../../src/http/api/routes.ts'
import { PROBLEM, PROBLEM_TYPE } from '../../src/http/problem.ts'
import type { Answer } from '../request.ts'

const PATTERNS = OPERATIONS.map((operation) => ({
  operation,
  pattern: pathPattern(operation),
}))

/** Fails where the API has answered what its document does not say. */
export const assertConforms = (method: string, path: string, answer: Answer): void => {
  if (!path.startsWith('/api/')) return
  const [bare = ''] = path.split('?', 1)
  const asked = method === 'HEAD' ? 'GET' : method
  const { operation } =
    PATTERNS.find((each) => each.operation.method === asked && each.pattern.test(bare)) ?? {}
  if (answer.status >= 400) assertProblem(operation, answer)
  else if (operation !== undefined && method !== 'HEAD') assertAnswer(operation, answer)
}

const assertProblem = (
  operation: Operation | undefined,
  { status, headers, body }: Answer,
): void => {
  assert.ok(headers['content-type']?.startsWith(PROBLEM_TYPE), `${status} without a problem`)
  if (body.length === 0) return
  const problem = PROBLEM.parse(JSON.parse(body.toString()))
  assert.equal(problem.status, status)
  if (operation === undefined) return
  const refusals = refusalsOf(operation).filter((each) => each.status === status)
  const codes = refusals.flatMap((each) => each.codes)
  const said = `${operation.id} is not described as refusing with ${status} ${problem.code}`
  assert.ok(codes.includes(problem.code), said)
}

const assertAnswer = ({ id, answers }: Operation, { status, headers, body }: Answer): void => {
  if (status === 304) return
  assert.equal(status, answers.status, id)
  if (status === 204) {
    assert.equal(body.length, 0)
    return
  }
  assert.ok(headers['content-type']?.startsWith(answers.type), id)
  if (answers.type !== 'application/json') return
  const { error } = answers.schema.safeParse(JSON.parse(body.toString()))
  assert.equal(error, undefined, `${id} answers otherwise than described: ${error?.message}`)
}
