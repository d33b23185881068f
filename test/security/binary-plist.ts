/** A binary property list of one dictionary of texts, which may hold characters that XML cannot carry. */
export const binaryPlist = (entries: Readonly<Record<string, string>>): Buffer => {
  const names = Object.keys(entries)
  const texts = [...names, ...Object.values(entries)]
  const references = texts.map((_, index) => index + 1)
  const objects = [
    Buffer.concat([marker(0xd0, names.length), Buffer.from(references)]),
    ...texts.map((text) =>
      Buffer.concat([marker(0x60, text.length), Buffer.from(text, 'utf16le').swap16()]),
    ),
  ]
  const offsets = Buffer.alloc(objects.length * 2)
  let end = 8
  for (const [index, object] of objects.entries()) {
    offsets.writeUInt16BE(end, index * 2)
    end += object.length
  }
  const trailer = Buffer.alloc(32)
  trailer.set([2, 1], 6)
  trailer.writeBigUInt64BE(BigInt(objects.length), 8)
  trailer.writeBigUInt64BE(BigInt(end), 24)
  return Buffer.concat([Buffer.from('bplist00'), ...objects, offsets, trailer])
}

/** Type and count of an object; a count of 15 and more is an integer of its own. */
const marker = (type: number, count: number): Buffer =>
  count < 15 ? Buffer.of(type | count) : Buffer.of(type | 15, 0x11, count >> 8, count & 0xff)
