import { z } from 'zod'

/** Where a server is to end, or to stand still. */
export const orderSchema = z.object({
  /** The name of an await; absent: at none. */
  point: z.string().optional(),
  /** The how-manieth time it is reached. */
  time: z.number().default(1),
  signal: z.enum(['SIGKILL', 'SIGSTOP']).default('SIGKILL'),
})

export type Order = z.input<typeof orderSchema>

/** The environment variable with an order that is good from the start. */
export const AT_START = 'CRASH_ORDER'
