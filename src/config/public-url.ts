import type { Config } from './load.ts'

/** Where everybody finds windfall: as configured, else at the port on this machine. */
export const publicUrlOf = ({ publicUrl }: Pick<Config, 'publicUrl'>, port: number): string =>
  publicUrl ?? `https://localhost:${port}`

/** The host of a URL, in lower case; an IPv6 address without brackets. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
