import { type Device, describeOutcome, type SimOutcome, type SimStep } from '../sim/index.ts'
import { formatDuration } from './format.ts'
import type { OutputFormat } from './output.ts'
import { printLine, type Terminal, toOneLine } from './terminal.ts'

/** Prints the steps of a device while it takes them, and what came of it. */
export interface Report {
  onStep(step: SimStep): void
  /** `line` is for people, where the last step does not tell it. */
  end(document: Readonly<Record<string, unknown>>, line?: string): void
}

export const createReport = (format: OutputFormat, terminal: Terminal): Report => {
  const print = (line: string): void => printLine(terminal, line)
  switch (format) {
    case 'table':
      return {
        onStep: (step) => print(formatStep(step)),
        end: (_, line) => {
          if (line !== undefined) print(line)
        },
      }
    case 'ndjson':
      return {
        onStep: (step) => print(JSON.stringify(step)),
        end: (document) => print(JSON.stringify(document)),
      }
    case 'json': {
      const steps: SimStep[] = []
      return {
        onStep: (step) => void steps.push(step),
        end: (document) => print(JSON.stringify({ steps, ...document }, undefined, 2)),
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

/** How a device ended, and which it was. */
export const describeEnd = (
  outcome: SimOutcome,
  { UDID, SERIAL, PRODUCT, VERSION }: Device['facts'],
) => ({
  ...describeOutcome(outcome),
  device: { udid: UDID, serialNumber: SERIAL, product: PRODUCT, build: VERSION },
})
