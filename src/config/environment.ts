import type { ConfigFault } from './config-error.ts'
import { KEYS, type Key } from './key.ts'
import { type Given, type ReadFile, type Reading, tryReadSecret, unknownKey } from './source.ts'

/** Variables with our prefix that are not keys: they choose the file, or belong to the client and the tests. */
const OTHER_VARIABLES = new Set([
  'WINDFALL_CONFIG',
  'WINDFALL_SUITE',
  'WINDFALL_TEST_POSTGRES',
  'WINDFALL_TOKEN_FILE',
  'WINDFALL_URL',
])

// Kubernetes sets these in every pod of a namespace that has a service called windfall.
const KUBERNETES_VARIABLE = /^WINDFALL_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_[A-Z0-9_]+)?$/

type Environment = Readonly<Record<string, string | undefined>>

/** An empty variable counts as one that is not set: compose files and units cannot leave one out. */
export const readEnvironment = (env: Environment, readFile: ReadFile): Reading => {
  const given = new Map<string, Given>()
  const faults: ConfigFault[] = []
  for (const key of KEYS) {
    const found = readVariable(key, env, readFile)
    if (found === undefined) continue
    if ('code' in found) faults.push(found)
    else given.set(key.path, found)
  }
  const known = KEYS.flatMap(variablesOf)
  for (const name of Object.keys(env))
    if (env[name] && isOurs(name) && !known.includes(name))
      faults.push(unknownKey(name, name, known))
  return { given, faults }
}

const readVariable = (
  { path, variable, isSecret }: Key,
  env: Environment,
  readFile: ReadFile,
): Given | ConfigFault | undefined => {
  const text = env[variable]
  const fileVariable = `${variable}_FILE`
  const file = isSecret ? env[fileVariable] : undefined
  if (!file) return text ? { text, source: 'environment', from: variable } : undefined
  if (text) {
    const message = `${variable} and ${fileVariable} are both set: keep one of them`
    return { key: path, code: 'conflict', message }
  }
  const content = tryReadSecret(file, readFile)
  if ('text' in content) return { ...content, source: 'environment', from: fileVariable }
  const message = `${fileVariable} names a file that ${content.problem}`
  return { key: path, code: 'unreadable_file', message }
}

const isOurs = (name: string): boolean =>
  name.startsWith('WINDFALL_') && !OTHER_VARIABLES.has(name) && !KUBERNETES_VARIABLE.test(name)

const variablesOf = ({ variable, isSecret }: Key): readonly string[] =>
  isSecret ? [variable, `${variable}_FILE`] : [variable]
