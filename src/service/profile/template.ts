import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ProtocolError, ServiceError } from '../../errors.ts'
import { expectDict, type PlistDict, parsePlist } from '../../protocol/plist/index.ts'
import { lintConfiguration } from '../../protocol/profile/index.ts'

/** Seconds after which a file that could not be read is tried again. */
const RETRY_AFTER = 60

/** The final profile before anything in it is filled in. */
export interface Template {
  readonly content: PlistDict
  /** SHA-256 of the file, hexadecimal: what tells one version from another. */
  readonly version: string
}

/** A template that is read again when its file changes. */
export interface TemplateFile {
  /** @throws ServiceError unavailable `template_unreadable` */
  read(): Promise<Template>
}

/**
 * A template that is kept as a text: a property list in XML.
 * @throws ProtocolError where it is none, or with any values in it no device could take it
 */
export const parseTemplate = (text: string): Template => {
  const template = readTemplate(Buffer.from(text))
  const [fault] = lintConfiguration(template.content)
  if (fault === undefined) return template
  throw new ProtocolError(fault.code, `${fault.path}: ${fault.code}`)
}

export const openTemplateFile = (path: string): TemplateFile => {
  let cached: { readonly changedAt: number; readonly template: Template } | undefined
  return {
    async read() {
      try {
        // For a local file this takes less than the way to a thread and back.
        const { mtimeMs: changedAt } = statSync(path)
        if (cached?.changedAt !== changedAt) {
          cached = { changedAt, template: readTemplate(await readFile(path)) }
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

const readTemplate = (bytes: Uint8Array): Template => ({
  content: expectDict(parsePlist(bytes)),
  version: createHash('sha256').update(bytes).digest('hex'),
})
