import { type Device, describeOutcome, type SimOutcome, type SimStep } from '../sim/index.ts'
import type { Terminal } from './sim-terminal.ts'

export type OutputFormat = 'table' | 'ndjson' | 'json'

/** Prints the steps of a device while it takes them, and how it ended. */
export interface Report {
  onStep(step: SimStep): void
  end(outcome: SimOutcome, facts: Device['facts']): void
}

export const createReport = (format: OutputFormat, stdout: Terminal['stdout']): Report => {
  const print = (line: string): void => void stdout.write(`${line}\n`)
  switch (format) {
    case 'table':
      return { onStep: (step) => print(formatStep(step)), end: () => {} }
    case 'ndjson':
      return {
        onStep: (step) => print(JSON.stringify(step)),
        end: (outcome, facts) => print(JSON.stringify(summarize(outcome, facts))),
      }
    case 'json': {
      const steps: SimStep[] = []
      return {
        onStep: (step) => void steps.push(step),
        end: (outcome, facts) =>
          print(JSON.stringify({ steps, ...summarize(outcome, facts) }, undefined, 2)),
      }
    }
  }
  return format satisfies never
}

const formatStep = ({ fault, title, durationMs, summary }: SimStep): string => {
  const mark = fault === undefined ? '✓' : '✗'
  const duration = `${durationMs.toFixed(0)} ms`.padStart(9)
  // What a server says must not move the cursor of a terminal.
  const text = summary.replaceAll(/\p{Cc}/gu, '\u{fffd}')
  return `${mark} ${title.padEnd(30)} ${duration}  ${text}`
}

const summarize = (outcome: SimOutcome, { UDID, SERIAL, PRODUCT, VERSION }: Device['facts']) => ({
  ...describeOutcome(outcome),
  device: { udid: UDID, serialNumber: SERIAL, product: PRODUCT, build: VERSION },
})
