import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'

/** For the `skip` option of a test that limits a running process. */
export const skipWithoutLimits: string | false = (() => {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'there is no prlimit (util-linux)'
  }
})()

/** Sets a soft limit of a running process; undefined: none but the hard one. */
export const limit = (
  pid: number,
  resource: 'fsize' | 'nofile',
  most: number | undefined,
): void => {
  // The colon leaves the hard limit as it is.
  const soft = most === undefined ? hardLimit(pid, resource) : String(most)
  execFileSync('prlimit', ['--pid', String(pid), `--${resource}=${soft}:`])
}

const hardLimit = (pid: number, resource: string): string =>
  execFileSync('prlimit', ['--pid', String(pid), `--${resource}`, '--noheadings', '--output=HARD'])
    .toString()
    .trim()

/** The limit of file descriptors with which a process can open so many more. */
export const limitForMore = (pid: number, more: number): number => {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let next = 0
  // The kernel gives the lowest number that is free, and none from the limit on.
  for (let free = 0; free < more; next++) if (!open.has(next)) free++
  return next
}

export const sizeOf = (file: string): number => statSync(file).size
