import type { Writable } from 'node:stream'
import pino, { type Logger } from 'pino'
import { z } from 'zod'
import { createLogSink } from './log-sink.ts'
import { createPaint, toOneLine } from './terminal.ts'

/** Logs a JSON object a line, or a line for people where one looks on. */
export const createLogger = (
  stderr: Writable & { readonly isTTY?: boolean },
  level: string,
): Logger => {
  const format = (line: string): string => (stderr.isTTY ? formatLine(line, stderr) : line)
  const write = createLogSink(stderr, (lost) => format(lossLine(lost)))
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(format(line)) },
  )
}

const lossLine = (lost: number): string => {
  const fields = { level: 'warn', ts: new Date().toISOString(), event: 'log', lost }
  return `${JSON.stringify({ ...fields, msg: 'lines of the log were lost' })}\n`
}

const LINE = z.looseObject({ level: z.string(), ts: z.string(), msg: z.string().optional() })

const COLORS: Readonly<Record<string, 'red' | 'yellow' | 'green'>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
}

/** `14:03:22.418 info  request method=GET status=200`. */
const formatLine = (line: string, stderr: Writable): string => {
  const { level, ts, msg = '', ...fields } = LINE.parse(JSON.parse(line))
  const paint = createPaint(stderr)
  const texts = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const label = paint(COLORS[level] ?? 'gray', level.padEnd(5))
  const rest = toOneLine([msg, ...texts].filter((text) => text !== '').join(' '))
  return `${paint('gray', ts.slice(11, 23))} ${label} ${rest}\n`
}
