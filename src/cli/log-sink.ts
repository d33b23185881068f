import type { Writable } from 'node:stream'

/** Characters that may wait for a slow reader of the log. */
const MOST_WAITING = 4 * 1024 * 1024

/**
 * Writes lines to `stream` as long as they find room there. A log never holds up the server, fills its memory or ends
 * it: lines that nobody takes are lost, and before the next one that may find room `tell` says how many were.
 */
export const createLogSink = (
  stream: Writable,
  tell: (lost: number) => string,
): ((line: string) => void) => {
  let lost = 0
  const write = (text: string, lines: number): void => {
    stream.write(text, (error) => {
      if (error) lost += lines
    })
  }
  return (line) => {
    if (stream.writableLength > MOST_WAITING) {
      lost += 1
      return
    }
    if (lost > 0) {
      const untold = lost
      lost = 0
      write(tell(untold), untold)
    }
    write(line, 1)
  }
}
