import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Whoever replaces a certificate and its key writes several files, one after another. */
const QUIET_MS = 500

/**
 * Calls `onChange` after something happened to one of the files and then nothing for half a second. It watches their
 * directories: a file that is renamed into place is another file, and so is one behind a link that is swapped.
 */
export const watchFiles = (paths: readonly string[], onChange: () => void): Disposable => {
  let timer: NodeJS.Timeout | undefined
  const notice = (): void => {
    clearTimeout(timer)
    timer = setTimeout(onChange, QUIET_MS).unref()
  }
  const directories = Map.groupBy(paths, dirname)
  const watchers = [...directories].map(([directory, files]) => {
    const names = new Set(files.map((file) => basename(file)))
    // Kubernetes swaps `..data`, to which the files themselves are links.
    return watchDirectory(directory, (name) => {
      if (name === null || names.has(name) || name.startsWith('..')) notice()
    })
  })
  return {
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher?.close()
    },
  }
}

// Not every file system tells of changes, and a directory can go: whoever watches also looks now and then.
const watchDirectory = (
  directory: string,
  onEvent: (name: string | null) => void,
): FSWatcher | undefined => {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => onEvent(name))
    return watcher.on('error', () => watcher.close())
  } catch {
    return undefined
  }
}
