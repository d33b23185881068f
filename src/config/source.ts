import type { ConfigFault } from './config-error.ts'
import { suggest } from './suggest.ts'

/** Gives the text of a file, or throws. */
export type ReadFile = (path: string) => string

/** A value as it was given, not yet checked, and the name that it was given under. */
export interface Given {
  readonly text: string
  readonly source: 'flag' | 'environment' | 'credential' | 'file'
  readonly from: string
}

/** What one source gives, by the path of the key. */
export interface Reading {
  readonly given: ReadonlyMap<string, Given>
  readonly faults: readonly ConfigFault[]
}

/** The fault of `name`, met as `from`, where only `known` names are keys. */
export const unknownKey = (name: string, from: string, known: readonly string[]): ConfigFault => {
  const near = suggest(name, known)
  const hint = near === undefined ? '' : `: did you mean ${near}?`
  return {
    key: name,
    code: 'unknown_key',
    message: `${from} is no key of the configuration${hint}`,
  }
}

/** The text of a file, or the end of a sentence that says why it cannot be read. */
export const tryRead = (
  path: string,
  readFile: ReadFile,
): { readonly text: string } | { readonly problem: string } => {
  try {
    return { text: readFile(path) }
  } catch (error) {
    const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string'
    return { problem: hasCode ? `cannot be read (${error.code})` : 'cannot be read' }
  }
}

/** The same; the line break at the end, which editors add, is not part of a secret. */
export const tryReadSecret: typeof tryRead = (path, readFile) => {
  const content = tryRead(path, readFile)
  return 'text' in content ? { text: content.text.replace(/\r?\n$/, '') } : content
}
