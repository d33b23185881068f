import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { createLogSink } from './log-sink.ts'

/** A log that somebody reads, or does not read for a while. */
class Log extends Writable {
  taken: string[] = []
  isRead = true
  #resume = (): void => {}

  constructor() {
    super({ decodeStrings: false })
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    const take = (): void => {
      this.taken.push(text)
      done()
    }
    if (this.isRead) take()
    else this.#resume = take
  }

  readOn(): void {
    this.isRead = true
    this.#resume()
  }
}

test('what waits for somebody who does not read stays below a bound, and what is lost is told [proof R7]', () => {
  const log = new Log()
  const write = createLogSink(log, (lost) => `${lost} lost`)
  const line = 'x'.repeat(64 * 1024)
  log.isRead = false
  for (let count = 0; count < 1000; count++) write(line)
  assert.ok(log.writableLength <= 5 * 1024 * 1024, String(log.writableLength))
  log.readOn()
  const kept = log.taken.length
  write('the next')
  assert.deepEqual(log.taken.slice(kept), [`${1000 - kept} lost`, 'the next'])
})
