import { relative, resolve } from 'node:path'

/** Where the owner's commands reach the server that holds the data directory. */
export const socketPath = (data: string): string => {
  const path = resolve(data, 'windfall.sock')
  // The kernel takes 107 bytes; the relative path is often shorter.
  return Buffer.byteLength(path) > 107 ? relative('', path) : path
}
