import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parsePlist, Real } from './index.ts'

const micromdm = new URL('../../../test/fixtures/plist/micromdm/', import.meta.url)

/** A binary property list of `objects`, the first on top: one-byte references, two-byte offsets. */
function bplist(objects: readonly (readonly number[])[], trailer: Partial<Trailer> = {}): Buffer {
  const offsets = objects.map((_, i) => 8 + objects.slice(0, i).flat().length)
  const table = 8 + objects.flat().length
  const { offsetSize = 2, refSize = 1, count = objects.length, top = 0, start = table } = trailer
  const end = Buffer.alloc(32)
  end.set([offsetSize, refSize], 6)
  end.writeBigUInt64BE(BigInt(count), 8)
  end.writeBigUInt64BE(BigInt(top), 16)
  end.writeBigUInt64BE(BigInt(start), 24)
  const offsetBytes = (trailer.offsets ?? offsets).flatMap((offset) => [offset >> 8, offset & 0xff])
  return Buffer.concat([
    Buffer.from('bplist00'),
    Buffer.from(objects.flat()),
    Buffer.from(offsetBytes),
    end,
  ])
}

interface Trailer {
  readonly offsetSize: number
  readonly refSize: number
  readonly count: number | bigint
  readonly top: number | bigint
  readonly start: number | bigint
  readonly offsets: readonly number[]
}

const bytesOf = (size: number, write: (buffer: Buffer) => void) => {
  const buffer = Buffer.alloc(size)
  write(buffer)
  return [...buffer]
}
const real = (value: number) => [0x23, ...bytesOf(8, (b) => b.writeDoubleBE(value))]
const date = (seconds: number) => [0x33, ...bytesOf(8, (b) => b.writeDoubleBE(seconds))]
const long = (value: bigint) => bytesOf(8, (b) => b.writeBigInt64BE(value))

function refuses(code: string, messages: readonly Uint8Array[]): void {
  for (const message of messages) {
    const hex = Buffer.from(message.subarray(0, 64)).toString('hex')
    assert.throws(() => parsePlist(message), { name: 'ProtocolError', code }, hex)
  }
}

test('reads every type that XML property lists have', () => {
  const objects = [
    [0xd2, 1, 2, 3, 4],
    [0x51, 0x61],
    [0x62, 0x00, 0xe9, 0x20, 0x14],
    [0xaf, 0x10, 15, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    [0x43, 1, 2, 3],
    [0x08],
    [0x09],
    [0x10, 0xff],
    [0x11, 0xff, 0xff],
    [0x12, 0xff, 0xff, 0xff, 0xff],
    [0x13, ...long(-1n)],
    [0x13, ...long(-(2n ** 63n))],
    [0x14, ...long(0n), ...long(-1n)],
    [0x14, ...long(-1n), ...long(-5n)],
    [0x22, 0x3f, 0xc0, 0, 0],
    real(0.1),
    date(-1.5),
    [0xa0],
    [0xd0],
    [0x50],
  ]

  assert.deepEqual(
    parsePlist(bplist(objects)),
    new Map<string, unknown>([
      [
        'a',
        [
          false,
          true,
          255,
          65535,
          4294967295,
          -1,
          -(2n ** 63n),
          2n ** 64n - 1n,
          -5,
          new Real(1.5),
          new Real(0.1),
          new Date('2000-12-31T23:59:58.500Z'),
          [],
          new Map(),
          '',
        ],
      ],
      ['é—', new Uint8Array([1, 2, 3])],
    ]),
  )
})

test('reads the sample of micromdm/plist, refuses its UIDs and all of its crashers [security W9]', () => {
  const sample = parsePlist(readFileSync(new URL('sample2.binary.plist', micromdm)))
  assert.ok(sample instanceof Map)
  assert.deepEqual(sample.get('ints'), [
    0,
    42,
    -42,
    255,
    -255,
    -123456,
    -9223372036854775807n,
    9223372036854775807n,
  ])

  refuses('plist_unsupported', [readFileSync(new URL('uid.binary.plist', micromdm))])
  const crashers = readdirSync(new URL('crashers/', micromdm))
  assert.equal(crashers.length, 12)
  for (const name of crashers) {
    const message = readFileSync(new URL(`crashers/${name}`, micromdm))
    assert.throws(() => parsePlist(message), { name: 'ProtocolError' }, name)
  }
})

test('reads scalars that are referenced often, and refuses arrays and dicts that are [security W9]', () => {
  assert.deepEqual(
    parsePlist(
      bplist([
        [0xa3, 1, 1, 1],
        [0x51, 0x61],
      ]),
    ),
    ['a', 'a', 'a'],
  )
  const halves = Array.from({ length: 40 }, (_, i) => [0xa2, i + 1, i + 1])

  refuses('plist_malformed', [
    bplist([[0xa2, 1, 1], [0xa0]]),
    bplist([[0xa2, 1, 1], [0xd0]]),
    bplist([...halves, [0x09]]),
  ])
})

test('refuses cycles and more than 64 levels [security W9]', () => {
  const chain = (levels: number) => [
    ...Array.from({ length: levels - 1 }, (_, i) => [0xa1, i + 1]),
    [0xa0],
  ]

  refuses('plist_malformed', [
    bplist([[0xa1, 0]]),
    bplist([
      [0xd1, 1, 0],
      [0x51, 0x61],
    ]),
    bplist([
      [0xa1, 1],
      [0xa1, 2],
      [0xa1, 0],
    ]),
  ])
  assert.ok(Array.isArray(parsePlist(bplist(chain(64)))))
  refuses('plist_too_deep', [bplist(chain(65))])
})

test('refuses counts and offsets that the message cannot hold [security W9]', () => {
  const huge = [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]

  refuses('plist_malformed', [
    ...[0x4f, 0x5f, 0x6f, 0xaf, 0xdf].flatMap((marker) => [
      bplist([[marker, 0x13, ...huge]]),
      bplist([[marker, 0x13, ...huge.fill(0xff)]]),
      bplist([[marker, 0x12, 0x80, 0, 0, 0]]),
      bplist([[marker, 0x10, 200]]),
      bplist([[marker, 0x14, ...huge, ...huge]]),
      bplist([[marker, 0x09]]),
      bplist([[marker - 1]]),
    ]),
    bplist([[0x13, 0]]),
    bplist([[0x23, 0]]),
    bplist([[0x33]]),
    bplist([[0x09]], { count: 2 }),
    bplist([[0x09]], { count: 2n ** 64n - 1n }),
    bplist([[0x09]], { count: 0 }),
    bplist([[0x09]], { top: 1 }),
    bplist([[0x09]], { top: 2n ** 63n }),
    bplist([[0x09]], { start: 0 }),
    bplist([[0x09]], { start: 2n ** 63n }),
    bplist([[0x09]], { offsetSize: 0 }),
    bplist([[0x09]], { offsetSize: 255 }),
    bplist([[0x09]], { refSize: 0 }),
    bplist([[0x09]], { refSize: 9 }),
    bplist([[0x09]], { offsets: [0] }),
    bplist([[0x09]], { offsets: [9] }),
    bplist([[0x09]], { offsets: [0xffff] }),
    bplist([[0xa1, 1]]),
  ])
})

test('refuses overlapping objects before they multiply: memory stays below 8 times the message [security W9]', () => {
  const length = 60_000
  const count = 200
  const text = [0x5f, 0x11, length >> 8, length & 0xff, ...Array.from({ length }, () => 0x61)]
  const offsets = Array.from({ length: count }, () => 8 + 3 + count)
  const array = [0xaf, 0x10, count, ...Array.from({ length: count }, (_, i) => i + 1)]
  const message = bplist([array, text], { count: count + 1, offsets: [8, ...offsets] })
  const { heapUsed, external } = process.memoryUsage()

  refuses('plist_malformed', [message])

  const after = process.memoryUsage()
  assert.ok(after.heapUsed + after.external - heapUsed - external < 8 * message.length)
})

test('refuses types and values that XML has no form for [security W9]', () => {
  refuses(
    'plist_unsupported',
    [[0x00], [0x0f], [0x80, 1], [0xb0], [0xc1, 1], [0xe0], [0xf0], [0x15], [0x21, 0, 0]].map(
      (object) => bplist([object]),
    ),
  )
  refuses(
    'plist_out_of_range',
    [
      [0x14, ...long(1n), ...long(0n)],
      [0x14, ...long(-1n), ...long(2n ** 63n - 1n)],
      real(Number.NaN),
      real(Number.NEGATIVE_INFINITY),
      date(Number.NaN),
      date(1e300),
      date(-1e12),
    ].map((object) => bplist([object])),
  )
  refuses(
    'plist_malformed',
    [
      [0x51, 0x00],
      [0x51, 0x1b],
      [0x51, 0x80],
      [0x61, 0xd8, 0x00],
      [0x62, 0xdc, 0x00, 0xd8, 0x00],
      [0x61, 0xff, 0xfe],
      [0x61, 0x00, 0x00],
    ].map((object) => bplist([object])),
  )
})

test('refuses keys that are no strings or come twice [security W9 W10]', () => {
  refuses('plist_malformed', [
    bplist([
      [0xd1, 1, 1],
      [0x10, 1],
    ]),
    bplist([[0xd1, 1, 1], [0xa0]]),
  ])
  refuses('plist_duplicate_key', [
    bplist([[0xd2, 1, 1, 2, 2], [0x51, 0x61], [0x09]]),
    bplist([[0xd2, 1, 2, 3, 3], [0x51, 0x61], [0x61, 0, 0x61], [0x09]]),
  ])
})

test('gives data of its own, not a window on the message', () => {
  const message = bplist([[0x43, 1, 2, 3]])
  const data = parsePlist(message)
  message.fill(0)

  assert.deepEqual(data, new Uint8Array([1, 2, 3]))
})

test('refuses other versions of the format', () => {
  for (const version of ['0t', '01', '15', '16']) {
    const message = bplist([[0x09]])
    message.write(version, 6)
    refuses('plist_malformed', [message])
  }
})
