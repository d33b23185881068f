const SECOND = 1000
const MINUTE = 60 * SECOND

/** A duration in milliseconds: `0.4 ms`, `840 ms`, `4.2 s`, `2 min 12 s`. */
export const formatDuration = (ms: number): string => {
  if (ms < 10 && !Number.isInteger(ms)) return `${ms.toFixed(1)} ms`
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`
  return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`
}

/** A size: `812 B`, `4.1 kB`, `81.5 GB`. */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** The UTC time of day of an RFC 3339 time: `14:03:22.418`. */
export const formatTime = (time: string): string => new Date(time).toISOString().slice(11, 23)

/** Day and time of an RFC 3339 time: `2026-10-03 14:03:22`, UTC. */
export const formatMoment = (time: string): string =>
  new Date(time).toISOString().slice(0, 19).replace('T', ' ')

/** A fingerprint as phones show it: upper-case pairs of digits. */
export const formatFingerprint = (hex: string): string =>
  (hex.match(/[0-9a-f]{2}/gi) ?? []).join(' ').toUpperCase()
