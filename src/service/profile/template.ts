import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ServiceError } from '../../errors.ts'
import { expectDict, type PlistDict, parsePlist } from '../../protocol/plist/index.ts'

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

export const openTemplateFile = (path: string): TemplateFile => {
  let cached: { readonly changedAt: number; readonly template: Template } | undefined
  return {
    async read() {
      try {
        // For a local file this takes less than the way to a thread and back.
        const { mtimeMs: changedAt } = statSync(path)
        if (cached?.changedAt !== changedAt) {
          cached = { changedAt, template: parseTemplate(await readFile(path)) }
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

const parseTemplate = (bytes: Uint8Array): Template => ({
  content: expectDict(parsePlist(bytes)),
  version: createHash('sha256').update(bytes).digest('hex'),
})
