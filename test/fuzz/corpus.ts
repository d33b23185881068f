import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('corpus/', import.meta.url)

/** An input that failed once; `shape` says how it is delivered. */
export interface CorpusFile {
  readonly name: string
  readonly shape: string
  readonly input: Uint8Array
}

/** What is kept for a target, in the order of names. A name is `SHAPE.WHAT`. */
export const readCorpus = (target: string): readonly CorpusFile[] => {
  const directory = new URL(`${target}/`, folder)
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .toSorted()
    .map((name) => {
      const [shape = ''] = name.split('.')
      return { name, shape, input: readFileSync(new URL(name, directory)) }
    })
}

/** Keeps an input under a name that its bytes decide. @returns the file's path */
export const keepInput = (target: string, shape: string, input: Uint8Array): string => {
  const directory = new URL(`${target}/`, folder)
  mkdirSync(directory, { recursive: true })
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12)
  const file = new URL(`${shape}.${digest}`, directory)
  writeFileSync(file, input)
  return fileURLToPath(file)
}
