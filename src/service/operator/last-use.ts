import { ServiceError } from '../../errors.ts'

/** Writes down when something was used last. Where nothing can be written, what is read is answered all the same. */
export const noteUse = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof ServiceError && error.kind === 'unavailable')) throw error
  }
}
