/** Where a message came from. */
export interface Origin {
  readonly remoteAddress: string
  readonly userAgent: string | null
  /** Of the request that brought it, as the log names it. */
  readonly requestId?: string
}

/** Who does something, and from where. */
export interface Actor {
  /** The id of an operator or of a token, or `owner`: whoever may read the data directory. */
  readonly name: string
  readonly origin: Origin | undefined
}

export const OWNER: Actor = { name: 'owner', origin: undefined }
