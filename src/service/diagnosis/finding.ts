/** How something that was looked at is. */
export interface Finding {
  /** What was looked at, in one or two words. */
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failed'
  /** What was seen there, in one sentence. It holds no secrets. */
  readonly seen: string
  /** What to do about it; null where there is nothing to do. */
  readonly fix: string | null
}
