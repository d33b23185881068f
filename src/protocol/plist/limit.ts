/** Of a message. */
export const MAX_BYTES = 4 * 1024 * 1024

/** Bytes of one `<data>`, decoded. */
export const MAX_DATA_BYTES = 2 * 1024 * 1024

/** Values and keys together. */
export const MAX_NODES = 100_000

/** Characters of XML in front of the root; and of comments, CDATA sections and the like in all. */
export const MAX_COSTLY = 256 * 1024

/** Arrays and dictionaries within one another; also the bound of what is written. */
export const MAX_DEPTH = 64
