/** Where a message came from. */
export interface Origin {
  readonly remoteAddress: string
  readonly userAgent: string | null
  /** Of the request that brought it, as the log names it. */
  readonly requestId?: string
}
