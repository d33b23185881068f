import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For the `skip` option of a test that mounts something. */
export const skipWithoutMounts: string | false = (() => {
  if (process.getuid?.() !== 0) return 'mounting needs root'
  try {
    // Containers can refuse it to root too.
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return false
  } catch {
    return 'this machine lets nobody mount'
  }
})()

/** A file system of its own in memory, of so many megabytes; disposing takes it away. */
export const mountMemory = async (
  megabytes: number,
): Promise<{ readonly path: string } & AsyncDisposable> => {
  const path = await mkdtemp(join(tmpdir(), 'windfall-mount-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'windfall-test', path])
  return {
    path,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['--lazy', path])
      await rm(path, { recursive: true })
    },
  }
}

/** Writes to a new file until nothing more has room there. */
export const fill = (file: string): void => {
  const descriptor = openSync(file, 'wx')
  try {
    for (const size of [1 << 20, 1 << 12, 1]) writeUntilFull(descriptor, Buffer.alloc(size))
  } finally {
    closeSync(descriptor)
  }
}

const writeUntilFull = (descriptor: number, bytes: Uint8Array): void => {
  try {
    for (;;) writeSync(descriptor, bytes)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
