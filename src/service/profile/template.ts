import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { expectDict, type PlistDict, parsePlist } from '../../protocol/plist/index.ts'
import { lintConfiguration } from '../../protocol/profile/index.ts'

/** Seconds after which a file that could not be read is tried again. */
const RETRY_AFTER = 60

/** The final profile before anything in it is filled in; read again when the file changes. */
export interface TemplateFile {
  /** @throws ServiceError unavailable `template_unreadable` */
  read(): Promise<PlistDict>
}

/**
 * A template that is kept as a text: a property list in XML.
 * @throws ProtocolError where it is none, or with any values in it no device could take it
 */
export const parseTemplate = (text: string): PlistDict => {
  const template = expectDict(parsePlist(Buffer.from(text)))
  const [fault] = lintConfiguration(template)
  if (fault === undefined) return template
  throw new ProtocolError(fault.code, `${fault.path}: ${fault.code}`)
}

export const openTemplateFile = (path: string): TemplateFile => {
  let cached: { readonly changedAt: number; readonly template: PlistDict } | undefined
  return {
    async read() {
      try {
        // For a local file this takes less than the way to a thread and back.
        const { mtimeMs: changedAt } = statSync(path)
        if (cached?.changedAt !== changedAt) {
          cached = { changedAt, template: expectDict(parsePlist(await readFile(path))) }
        }
        return cached.template
      } catch (cause) {
        throw new ServiceError(
          'unavailable',
          'template_unreadable',
          'the template of the final profile cannot be read',
          { cause, retryAfter: RETRY_AFTER },
        )
      }
    },
  }
}
