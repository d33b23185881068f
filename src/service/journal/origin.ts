/** Where a message came from. */
export interface Origin {
  readonly remoteAddress: string
  readonly userAgent: string | null
}
