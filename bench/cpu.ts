import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** What the kernel counts in. Linux tells programs hundredths of a second whatever it uses itself. */
const TICK_MS = 10

/** CPU time of a process and all its threads, user and system, in milliseconds. */
export const readCpuMs = (pid: number): number => {
  const { user, system } = readStat(pid)
  return (user + system) * TICK_MS
}

/** As `readCpuMs`, with all children of the process, also those that have ended. */
export const readFamilyCpuMs = (pid: number): number => {
  const { user, system, childUser, childSystem } = readStat(pid)
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter(({ parent }) => parent === pid)
  const running = children.reduce((sum, child) => sum + child.user + child.system, 0)
  return (user + system + childUser + childSystem + running) * TICK_MS
}

interface Stat {
  readonly parent: number
  /** In ticks, as all below. */
  readonly user: number
  readonly system: number
  /** Of children that have ended and been waited for. */
  readonly childUser: number
  readonly childSystem: number
}

/** Zeros for a process that is not there any more. */
const readStat = (pid: number): Stat => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : ''
  // The name in parentheses may hold anything; the state comes after it.
  const [, parent = 0, ...rest] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = rest.slice(9)
  return { parent, user, system, childUser, childSystem }
}

/** Resident memory of a process in megabytes of 10^6 bytes. */
export const readMemoryMb = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6
}

/** CPU time that this process spends on one call of `work`, in milliseconds: the mean of `count`. */
export const measureOwnCpu = async (count: number, work: () => unknown): Promise<number> => {
  const before = process.cpuUsage()
  for (let round = 0; round < count; round++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}
