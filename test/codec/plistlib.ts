import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { PlistValue } from '../../src/protocol/plist/index.ts'

const hasPlistlib = spawnSync('python3', ['-c', 'import plistlib']).status === 0

/** For the options of a test that needs the program. */
export const skipWithoutPlistlib = hasPlistlib ? false : 'python3 is absent'

const PROGRAM = fileURLToPath(new URL('../fixtures/plist/read.py', import.meta.url))

/** A Python that reads property lists, one after another. */
export class Plistlib implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #answers: AsyncIterator<string>

  constructor() {
    this.#child = spawn('python3', ['-u', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** What plistlib makes of each message, in the form of `plain`; null for what it refuses. */
  async read(messages: readonly Uint8Array[]): Promise<readonly unknown[]> {
    for (const message of messages) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(message.length)
      this.#child.stdin.write(length)
      this.#child.stdin.write(message)
    }
    const trees: unknown[] = []
    while (trees.length < messages.length) {
      const { value, done } = await this.#answers.next()
      if (done === true) throw new Error(`Python ended at message ${trees.length}`)
      trees.push(JSON.parse(value))
    }
    return trees
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.stdin.end()
    await closed
  }
}

/** What plistlib makes of each message, as `Plistlib` says it. */
export const readWithPlistlib = async (
  messages: readonly Uint8Array[],
): Promise<readonly unknown[]> => {
  await using plistlib = new Plistlib()
  return await plistlib.read(messages)
}

/** The form in which `read.py` shows a tree. */
export const plain = (value: PlistValue): unknown => {
  if (typeof value === 'string') return `string ${value}`
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'bigint') return `integer ${value}`
  if (value instanceof Date) return `date ${Math.round(value.getTime() / 1000)}`
  if (value instanceof Uint8Array) return `data ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) {
    return { dict: [...value].map(([key, entry]) => [plain(key), plain(entry)]) }
  }
  if (!('value' in value)) throw new TypeError('a value of a property list was expected')
  const bits = Buffer.alloc(8)
  bits.writeDoubleBE(value.value)
  return `real ${bits.toString('hex')}`
}
