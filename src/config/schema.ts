import { z } from 'zod'
import { acmeKeys } from './acme-keys.ts'
import { enrollmentKeys } from './enrollment-keys.ts'
import { messageKeys } from './message-keys.ts'
import { serverKeys } from './server-keys.ts'
import { signInKeys } from './sign-in-keys.ts'

/** Every key there is: its path, what it may be, its default and what it means. */
export const schema = z.object({
  ...serverKeys,
  ...acmeKeys,
  ...signInKeys,
  ...messageKeys,
  ...enrollmentKeys,
})
