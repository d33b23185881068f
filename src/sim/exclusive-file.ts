import { randomUUID } from 'node:crypto'
import { link, open, unlink } from 'node:fs/promises'

/**
 * Creates a file of mode 0600 that was not there before, whole or not at all. Of several processes that try at
 * once one succeeds; all of them read the file afterwards.
 */
export const createExclusively = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.${randomUUID()}`
  await using file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
    await link(temporary, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(temporary)
  }
}
