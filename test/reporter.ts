import type { TestEvent } from 'node:test/reporters'
import { obligations, testFloor } from './required.ts'
import { judge, type Outcome } from './tally.ts'

/**
 * After the run: each promised id with its proof, and the skipped tests. With `WINDFALL_SUITE=all`
 * in the environment a missing proof fails the run.
 */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const outcomes: Outcome[] = []
  for await (const event of events) {
    const outcome = outcomeOf(event)
    if (outcome !== undefined) outcomes.push(outcome)
  }
  const { lines, faults } = judge(outcomes, { obligations, testFloor })
  yield `${lines.join('\n')}\n`
  if (process.env['WINDFALL_SUITE'] !== 'all' || faults.length === 0) return
  yield `\n${faults.join('\n')}\n`
  process.exitCode = 1
}

function outcomeOf(event: TestEvent): Outcome | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined
  const { name, details, skip, todo } = event.data
  // A suite passes even if all of its tests were skipped.
  if (details.type === 'suite') return undefined
  if (isSet(skip)) return { name, result: { skipped: skip === true ? 'no reason given' : skip } }
  if (isSet(todo)) return { name, result: { skipped: todo === true ? 'to do' : `to do: ${todo}` } }
  return { name, result: event.type === 'test:pass' ? 'passed' : 'failed' }
}

function isSet(option: string | boolean | undefined): option is string | true {
  return option !== undefined && option !== false
}
