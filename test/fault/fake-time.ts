import { globSync, writeFileSync } from 'node:fs'

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')

/** For the `skip` option of a test that moves the clock of a process. */
export const skipWithoutFakeTime: string | false =
  library === undefined && 'there is no libfaketime (Debian package faketime)'

/** The clock of a process, read from `file`; what only grows stays as it is, as when somebody sets a clock. */
export const fakeTime = (
  file: string,
): {
  readonly env: Readonly<Record<string, string>>
  /** So many seconds from the true time, from now on. */
  set(seconds: number): void
} => {
  const set = (seconds: number): void =>
    writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`)
  set(0)
  const env = {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { env, set }
}
