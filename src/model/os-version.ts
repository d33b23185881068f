/** A marketing version: 17, 17.4 and 17.4.1 are 17.0.0, 17.4.0 and 17.4.1. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

const SHAPE = /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?$/

/** Reads `17`, `17.4` or `17.4.1`; undefined if `text` is none of these. */
export const parseVersion = (text: string): Version | undefined => {
  const match = SHAPE.exec(text)
  if (match === null) return undefined
  const [, major, minor = '0', patch = '0'] = match
  return { major: Number(major), minor: Number(minor), patch: Number(patch) }
}

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. */
export const compareVersions = (a: Version, b: Version): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch

/** As Apple writes it: 17.4, and 17.4.1 only where there is a patch. */
export const formatVersion = ({ major, minor, patch }: Version): string =>
  patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`
