import type { EnrollmentId } from '../../model/index.ts'
import {
  countProfileVersions,
  type Db,
  listOutdated,
  type Outdated,
  type Page,
  type ProfileVersionCount,
} from '../../store/index.ts'
import type { TemplateFile } from '../profile/index.ts'

interface UpdateOptions {
  readonly db: Db
  readonly template: TemplateFile
}

/** The final profile as it is now, and which versions of it the devices hold. */
export interface Spread {
  /** SHA-256 of the template, hexadecimal. */
  readonly current: string
  readonly versions: readonly ProfileVersionCount[]
}

/** A changed final profile, on its way to those who have an earlier one. */
export interface UpdateService {
  /** @throws ServiceError unavailable `template_unreadable`, as below */
  spread(): Promise<Spread>
  /** Devices that hold another version than the current one. */
  outdated(page: Page<EnrollmentId>): Promise<readonly Outdated[]>
}

export const createUpdateService = ({ db, template }: UpdateOptions): UpdateService => ({
  async spread() {
    const { version } = await template.read()
    return { current: version, versions: await countProfileVersions(db) }
  },
  async outdated(page) {
    const { version } = await template.read()
    return await listOutdated(db, { ...page, version })
  },
})
