import { KEYS } from './key.ts'
import { type ConfigSources, readConfig } from './load.ts'
import { REDACTED } from './secret.ts'
import { suggest } from './suggest.ts'

/** A key of the configuration: what it is, and what it is set to. */
export interface Setting {
  /** `scep.httpListen` */
  readonly key: string
  /** `WINDFALL_SCEP__HTTP_LISTEN` */
  readonly variable: string
  readonly meaning: string
  readonly advice: string
  /** What a value must be, in words. */
  readonly form: string
  /** The default, or in words what there is without a value. */
  readonly default: string
  /** As it was given, a secret redacted; null: it is the default. */
  readonly value: string | null
  readonly source: 'flag' | 'environment' | 'credential' | 'file' | 'default'
  /** The name that it was given under, such as `--data`, `WINDFALL_DATA` or `data in windfall.json`. */
  readonly from: string | null
  /** What is wrong with it. */
  readonly fault: string | null
}

/** Every key in the order of the documentation; what is wrong with the configuration is told, not thrown. */
export const explainConfig = (sources: ConfigSources): readonly Setting[] => {
  const { given, faults } = readConfig(sources)
  return KEYS.map(({ path, variable, meaning, advice, form, standard, fallback, isSecret }) => {
    const found = given.get(path)
    const value = found && (isSecret ? REDACTED : found.text)
    return {
      key: path,
      variable,
      meaning,
      advice,
      form,
      default: standard ?? fallback?.replaceAll('`', '') ?? '',
      value: value ?? null,
      source: found?.source ?? 'default',
      from: found?.from ?? null,
      fault: faults.find((fault) => fault.key === path)?.message ?? null,
    }
  })
}

/** The key that was most likely meant, under the kind of name that it was asked for by. */
export const suggestKey = (name: string): string | undefined =>
  suggest(
    name,
    KEYS.map(({ path, variable }) => (name.startsWith('WINDFALL') ? variable : path)),
  )
