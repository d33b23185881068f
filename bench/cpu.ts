import { readFileSync } from 'node:fs'

/** What the kernel counts in. Linux tells programs hundredths of a second whatever it uses itself. */
const TICK_MS = 10

/** CPU time of a process and all its threads, user and system, in milliseconds. */
export const readCpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
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

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [
    sorted[sorted.length % 2 === 0 ? middle - 1 : middle],
    sorted[middle],
  ]
  return (low + high) / 2
}
