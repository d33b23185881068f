import { idsOf } from './required.ts'

/** What one test came to. `skipped` holds the reason given. */
export interface Outcome {
  readonly name: string
  readonly result: 'passed' | 'failed' | { readonly skipped: string }
}

export interface Verdict {
  readonly lines: readonly string[]
  /** Why the whole suite does not count as passed; empty if it does. */
  readonly faults: readonly string[]
}

export interface Promises {
  /** Id → the issue it is pending with, `undefined` if it is required. */
  readonly obligations: ReadonlyMap<string, string | undefined>
  readonly testFloor: number
}

/** Sets the outcomes of a run against what the product has promised. */
export function judge(outcomes: readonly Outcome[], promises: Promises): Verdict {
  const passed = outcomes.filter(({ result }) => result === 'passed')
  const proofs = countByTag(passed)
  const failures = countByTag(outcomes.filter(({ result }) => result === 'failed'))
  const faults: string[] = []
  const lines: string[] = ['', 'promised']

  for (const [id, issue] of inOrder(promises.obligations)) {
    const proof = proofs.get(id) ?? 0
    const failure = failures.get(id) ?? 0
    const isMissing = proof === 0 && failure === 0 && issue === undefined
    if (isMissing) faults.push(`no passed test names [${id}]`)
    lines.push(`  ${id.padEnd(14)} ${isMissing ? 'MISSING' : status(proof, failure, issue)}`)
  }
  for (const id of new Set([...proofs.keys(), ...failures.keys()])) {
    if (!promises.obligations.has(id))
      faults.push(`[${id}] is named by a test and nowhere promised`)
  }
  if (passed.length < promises.testFloor) {
    faults.push(`${passed.length} tests passed, at least ${promises.testFloor} are expected`)
  }
  return { lines: [...lines, ...listSkipped(outcomes)], faults }
}

/** `P2.1` before `P2.10`. */
function inOrder<T>(obligations: ReadonlyMap<string, T>): (readonly [string, T])[] {
  return [...obligations].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
}

function status(proof: number, failure: number, issue: string | undefined): string {
  if (failure > 0) return `FAILED (${failure} of ${proof + failure} tests)`
  if (proof > 0) return `proved (${proof} ${proof === 1 ? 'test' : 'tests'})`
  return `pending: ${issue}`
}

function countByTag(outcomes: readonly Outcome[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of outcomes) {
    for (const [, group = ''] of name.matchAll(/\[((?:mission|security|proof) [^\]]+)\]/g)) {
      for (const id of idsOf(group)) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  return counts
}

function listSkipped(outcomes: readonly Outcome[]): string[] {
  const skipped = outcomes.flatMap(({ name, result }) =>
    typeof result === 'object' ? [`  ${name}: ${result.skipped}`] : [],
  )
  return skipped.length === 0 ? [] : ['', `skipped (${skipped.length})`, ...skipped]
}
