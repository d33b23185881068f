import { isDeepStrictEqual } from 'node:util'
import { ProtocolError } from '../../src/errors.ts'
import { parsePlist } from '../../src/protocol/plist/index.ts'
import { Plistlib, plain } from '../codec/plistlib.ts'
import { createRandom, pick } from '../mutate.ts'
import { type Comparison, count, createComparison } from './comparison.ts'
import { PLIST_GENERATORS } from './plist-target.ts'

const BATCH = 500

/** Reads `inputs` property lists, made and damaged as `seed` says, with our reader and with Python's. */
export const comparePlists = async (options: {
  readonly seed: number
  readonly inputs: number
}): Promise<Comparison> => {
  await using plistlib = new Plistlib()
  const generators = Object.values(PLIST_GENERATORS)
  const comparison = createComparison()
  for (let from = 0; from < options.inputs; from += BATCH) {
    const size = Math.min(BATCH, options.inputs - from)
    const messages = Array.from({ length: size }, (_, at) => {
      const random = createRandom(options.seed, from + at)
      return pick(generators, random)(random)
    })
    const theirs = await plistlib.read(messages)
    for (const [at, message] of messages.entries()) {
      compare(comparison, { message, index: from + at, theirs: theirs[at] })
    }
  }
  return comparison
}

const compare = (
  comparison: Comparison,
  { message, index, theirs }: { message: Uint8Array; index: number; theirs: unknown },
): void => {
  const ours = read(message)
  if (ours instanceof ProtocolError) {
    if (theirs === null) comparison.bothRefuse++
    else count(comparison.refusedByUs, ours.code)
  } else if (theirs === null) {
    const why = explain(message)
    if (why === undefined) comparison.unexplained.push({ index, ours, theirs })
    else count(comparison.refusedByThem, why)
  } else if (isDeepStrictEqual(ours, theirs)) {
    comparison.same++
  } else {
    comparison.different.push({ index, ours, theirs })
  }
}

const read = (message: Uint8Array): unknown => {
  try {
    return plain(parsePlist(message))
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

/** Why plistlib refuses what is a property list all the same; undefined where nobody knows. */
const explain = (message: Uint8Array): string | undefined => {
  const text = Buffer.from(message).toString('latin1')
  // It looks at the first octets only, where XML allows white space, comments and any instruction.
  if (!/^(?:\xef\xbb\xbf)?<(?:\?xml|plist)|^bplist00/.test(text)) return 'unusual beginning'
  const integers = text
    .replaceAll(/<!--.*?-->|<!\[CDATA\[|\]\]>|<\?.*?\?>/gs, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
  // It knows hexadecimal numbers without a sign and without white space.
  return /<integer>\s*[\s+-]0x/i.test(integers) ? 'hexadecimal after a sign or space' : undefined
}
