import { ServiceError } from '../../errors.ts'
import type { PlistValue } from '../../protocol/plist/index.ts'

/** What `{{name}}` stands for; undefined where the account or device has no such value. */
export type Variables = ReadonlyMap<string, string | undefined>

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g

/**
 * Fills in the variables of every string of a property list. It works on the tree, so that no value can
 * become markup, and dictionary keys stay as they are.
 * @throws ServiceError unavailable `template_variable` for one that does not exist, and
 *   `template_value_missing` for one without a value here: no device gets half a profile
 */
export const fillIn = (value: PlistValue, variables: Variables): PlistValue => {
  if (typeof value === 'string') return fillInText(value, variables)
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, fillIn(item, variables)]))
  }
  if (Array.isArray(value)) return value.map((item: PlistValue) => fillIn(item, variables))
  return value
}

const fillInText = (text: string, variables: Variables): string =>
  text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = variables.get(name)
    if (value !== undefined) return value
    throw variables.has(name)
      ? fault('template_value_missing', `{{${name}}} has no value for this enrollment`)
      : fault('template_variable', `{{${name}}} is no variable that may stand here`)
  })

const fault = (code: string, detail: string): ServiceError =>
  new ServiceError('unavailable', code, detail)
