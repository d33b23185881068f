import { type Device, describeOutcome, type SimOutcome, type SimStep } from '../sim/index.ts'
import { formatDuration } from './format.ts'
import type { OutputFormat } from './output.ts'
import { printLine, type Terminal, toOneLine } from './terminal.ts'

/** Prints the steps of a device while it takes them, and how it ended. */
export interface Report {
  onStep(step: SimStep): void
  end(outcome: SimOutcome, facts: Device['facts']): void
}

export const createReport = (format: OutputFormat, terminal: Terminal): Report => {
  const print = (line: string): void => printLine(terminal, line)
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

const formatStep = (step: SimStep): string => {
  const { fault, title, durationMs, summary, repetitions } = step
  const mark = fault === undefined ? '✓' : '✗'
  const duration = formatDuration(durationMs).padStart(9)
  const again = repetitions === undefined ? '' : `, lost and sent again: ${repetitions}`
  return `${mark} ${title.padEnd(30)} ${duration}  ${toOneLine(summary)}${again}`
}

const summarize = (outcome: SimOutcome, { UDID, SERIAL, PRODUCT, VERSION }: Device['facts']) => ({
  ...describeOutcome(outcome),
  device: { udid: UDID, serialNumber: SERIAL, product: PRODUCT, build: VERSION },
})
