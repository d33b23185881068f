import type { ConfigFault } from './config-error.ts'
import { KEYS, SECTIONS } from './key.ts'
import { type Given, type ReadFile, type Reading, tryRead, unknownKey } from './source.ts'

/** Reads a file of JSON, in which the sections are objects: `{ "scep": { "httpListen": "off" } }`. */
export const readConfigFile = (path: string, readFile: ReadFile): Reading => {
  const content = tryRead(path, readFile)
  if ('problem' in content) return unusable('unreadable_file', path, content.problem)
  const json = tryParse(content.text)
  if (json === undefined) return unusable('invalid_file', path, 'is not JSON')
  if (!isObject(json.value)) return unusable('invalid_file', path, 'must hold one JSON object')

  const given = new Map<string, Given>()
  const faults: ConfigFault[] = []
  for (const [name, value] of flatten(json.value)) {
    // By it editors find the schema of the file.
    if (name === '$schema') continue
    const from = `${name} in ${path}`
    const text = textOf(value)
    if (!PATHS.includes(name)) faults.push(unknownKey(name, from, [...PATHS, ...SECTION_NAMES]))
    else if (text !== undefined) given.set(name, { text, source: 'file', from })
    else {
      const message = `${from} must be a text, a whole number, true or false, or a list of texts`
      faults.push({ key: name, code: 'invalid_value', message })
    }
  }
  return { given, faults }
}

const PATHS = KEYS.map((key) => key.path)

const SECTION_NAMES = SECTIONS.flatMap(({ name }) => name ?? [])

const unusable = (code: ConfigFault['code'], path: string, problem: string): Reading => ({
  given: new Map(),
  faults: [{ key: 'config', code, message: `the configuration file ${path} ${problem}` }],
})

/** The parser's own message quotes the file, and with it maybe a secret: it goes no further. */
const tryParse = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const flatten = (root: object): readonly (readonly [string, unknown])[] =>
  Object.entries(root).flatMap(([name, value]: [string, unknown]) =>
    SECTION_NAMES.includes(name) && isObject(value)
      ? Object.entries(value).map(([key, it]: [string, unknown]) => [`${name}.${key}`, it] as const)
      : [[name, value] as const],
  )

/** Values are texts in every source. A number with a fraction is none: 17.10 has become 17.1 by now. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  const isList = Array.isArray(value) && value.every((it) => typeof it === 'string')
  return isList ? value.join(',') : undefined
}
