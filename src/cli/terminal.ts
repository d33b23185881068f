import type { EventEmitter } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'

/** Where a command runs. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** For data. */
  readonly stdout: Writable & { readonly isTTY?: boolean }
  /** For messages. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts when the person at the keyboard, or the system, wants the command to end. */
  readonly signal: AbortSignal
  /** Emits `hangUp` at SIGHUP, which ends a command that does not listen. */
  readonly hangUp: EventEmitter
}

export const printLine = ({ stdout }: Pick<Terminal, 'stdout'>, line = ''): void => {
  stdout.write(`${line}\n`)
}

/** A message for people; what follows data must not stand among it. */
export const printNote = ({ stderr }: Pick<Terminal, 'stderr'>, note: string): void => {
  stderr.write(`${note}\n`)
}

type Format = Parameters<typeof styleText>[0]
export type Paint = (format: Format, text: string) => string

/** Colours where somebody looks: not in a pipe or file, and not with NO_COLOR. */
export const createPaint =
  (stream: Writable): Paint =>
  (format, text) =>
    styleText(format, text, { stream })

/** What others wrote, for one line of a terminal: nothing in it moves the cursor or turns the text around. */
export const toOneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\u{fffd}')
