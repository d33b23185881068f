import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { ConfigError, type ConfigFault } from './config-error.ts'
import { type Conflict, findConflicts } from './conflict.ts'
import { type ListFolder, readCredentials } from './credential.ts'
import { readEnvironment } from './environment.ts'
import { readConfigFile } from './file.ts'
import { SECTIONS } from './key.ts'
import { schema } from './schema.ts'
import type { Given, ReadFile, Reading } from './source.ts'

type Parsed = z.output<typeof schema>

/** What the command line may set. */
export interface ConfigFlags {
  readonly data?: string | undefined
  readonly listen?: string | undefined
  readonly publicUrl?: string | undefined
  /** The path of the configuration file. */
  readonly config?: string | undefined
}

export interface ConfigSources {
  readonly flags?: ConfigFlags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile?: ReadFile
  readonly listFolder?: ListFolder
}

/**
 * The configuration: what a flag says, else the environment, else a credential, else the file, else the default.
 * Throws one `ConfigError` with everything that is wrong.
 */
export const loadConfig = (sources: ConfigSources): Config => {
  const { config, faults } = readConfig(sources)
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/** The configuration as far as it is good, what was given for it and all that is wrong. */
export const readConfig = ({
  flags = {},
  env,
  readFile = readText,
  listFolder = readdirSync,
}: ConfigSources): {
  readonly config: Config
  readonly given: ReadonlyMap<string, Given>
  readonly faults: readonly ConfigFault[]
} => {
  const file = flags.config ?? (env['WINDFALL_CONFIG'] || undefined)
  const credentials = env['CREDENTIALS_DIRECTORY']
  const readings = [
    ...(file === undefined ? [] : [readConfigFile(file, readFile)]),
    ...(credentials ? [readCredentials(credentials, readFile, listFolder)] : []),
    readEnvironment(env, readFile),
    readFlags(flags),
  ]
  const given = new Map(readings.flatMap((reading) => [...reading.given]))
  const { parsed, faults: invalid } = parse(given)
  const config = complete(parsed, given)
  const faults = [...readings.flatMap((reading) => reading.faults), ...invalid]
  const faulty = new Set(faults.map((fault) => fault.key))
  const conflicts = conflictsIn(config).filter(({ keys }) => !keys.some((key) => faulty.has(key)))
  faults.push(...conflicts.map(faultOf))
  return { config, given, faults }
}

const readText: ReadFile = (path) => readFileSync(path, 'utf8')

const readFlags = ({ data, listen, publicUrl }: ConfigFlags): Reading => {
  const texts = [
    ['data', '--data', data],
    ['listen', '--listen', listen],
    ['publicUrl', '--public-url', publicUrl],
  ] as const
  const given = texts.flatMap(([key, from, text]) =>
    text === undefined ? [] : [[key, { text, source: 'flag', from }] as const],
  )
  return { given: new Map(given), faults: [] }
}

/** Faulty values are reported, and count as not given, so that the others can still be looked at. */
const parse = (given: ReadonlyMap<string, Given>): { parsed: Parsed; faults: ConfigFault[] } => {
  const result = schema.safeParse(nest(given))
  if (result.success) return { parsed: result.data, faults: [] }
  const faults = result.error.issues.map((issue): ConfigFault => {
    const key = issue.path.join('.')
    const from = given.get(key)?.from ?? key
    return { key, code: 'invalid_value', message: `${from} ${issue.message}` }
  })
  const sound = new Map(given)
  for (const { key } of faults) sound.delete(key)
  return { parsed: schema.parse(nest(sound)), faults }
}

/** `scep.httpListen` becomes `{ scep: { httpListen } }`, with an object for every section. */
const nest = (given: ReadonlyMap<string, Given>): unknown =>
  Object.fromEntries(
    SECTIONS.flatMap((section): readonly (readonly [string, unknown])[] => {
      const values = section.keys.map(({ name, path }) => [name, given.get(path)?.text] as const)
      return section.name === undefined ? values : [[section.name, Object.fromEntries(values)]]
    }),
  )

/** Fills in the defaults that follow from other keys. */
const complete = (parsed: Parsed, given: ReadonlyMap<string, Given>) => ({
  ...parsed,
  masterKeyFile: parsed.masterKeyFile ?? join(parsed.data, 'master.key'),
  ops: {
    ...parsed.ops,
    /** Whether somebody asked for this address: one that nobody asked for may give way. */
    isExplicit: given.has('ops.listen'),
  },
  proxy: { ...parsed.proxy, trusted: parsed.proxy.trusted ?? [] },
  profile: {
    ...parsed.profile,
    templateFile: parsed.profile.templateFile ?? join(parsed.data, 'profile.mobileconfig'),
  },
})

type Frozen<T> = { readonly [K in keyof T]: T[K] }
type Completed = ReturnType<typeof complete>

/** All settings of a server, checked; a key that has no value is undefined. */
export type Config = { readonly [S in keyof Completed]: Frozen<Completed[S]> }

const conflictsIn = (config: Config): readonly Conflict[] =>
  findConflicts({
    ...config,
    listeners: {
      listen: config.listen,
      'scep.httpListen': config.scep.httpListen,
      'acme.httpListen':
        config.acme.directoryUrl === undefined ? undefined : config.acme.httpListen,
      'ops.listen': config.ops.isExplicit ? config.ops.listen : undefined,
    },
  })

const faultOf = ({ keys: [key], message }: Conflict): ConfigFault => ({
  key,
  code: 'conflict',
  message,
})
