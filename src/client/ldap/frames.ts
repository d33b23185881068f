import { messageLength } from '../../protocol/ldap/index.ts'

/** Cuts what comes over a connection into messages. */
interface Frames {
  /** @throws ProtocolError `ldap_message`; what `take` throws */
  push(bytes: Uint8Array): void
}

/** `take` is given one whole message at a time. */
export const createFrames = (take: (frame: Uint8Array) => void): Frames => {
  let held: Uint8Array[] = []
  let length = 0
  return {
    push(bytes) {
      held.push(bytes)
      length += bytes.length
      // Only the beginning is looked at until the rest is there: a message that trickles costs no more than another.
      const needed = messageLength(headOf(held))
      if (needed === undefined || length < needed) return
      const all = Buffer.concat(held)
      let start = 0
      for (;;) {
        const size = messageLength(all.subarray(start))
        if (size === undefined || all.length - start < size) break
        take(all.subarray(start, start + size))
        start += size
      }
      held = start === all.length ? [] : [all.subarray(start)]
      length = all.length - start
    },
  }
}

/** Bytes in which the length of a message is said. */
const HEAD = 6

const headOf = (held: readonly Uint8Array[]): Uint8Array => {
  const [first = new Uint8Array()] = held
  if (first.length >= HEAD || held.length < 2) return first
  return Buffer.concat(held.slice(0, HEAD)).subarray(0, HEAD)
}
