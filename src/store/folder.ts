import { open } from 'node:fs/promises'

/** Without it a loss of power could take the name of a file that is there. */
export const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
