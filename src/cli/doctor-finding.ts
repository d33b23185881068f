import type { Finding } from '../api-client/index.ts'

export const ok = (name: string, seen: string): Finding => ({ name, state: 'ok', seen, fix: null })

export const warning = (name: string, seen: string, fix: string): Finding => ({
  name,
  state: 'warning',
  seen,
  fix,
})

export const failed = (name: string, seen: string, fix: string): Finding => ({
  name,
  state: 'failed',
  seen,
  fix,
})

/** Why something could not be done, in the fewest words: the code of the system, else its message. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
