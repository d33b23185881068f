import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openWithPassphrase, sealWithPassphrase } from './passphrase-file.ts'

const PASSPHRASE = 'a windfall of apples'
const PIECE = 64 * 1024
const START = 63
const SEALED_PIECE = PIECE + 16

async function* inChunks(bytes: Uint8Array, length = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const join = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const seal = (plain: Uint8Array): Promise<Buffer> =>
  join(sealWithPassphrase(PASSPHRASE, inChunks(plain)))

const open = (sealed: Uint8Array, passphrase = PASSPHRASE): Promise<Buffer> =>
  join(openWithPassphrase(passphrase, inChunks(sealed)))

const plainOf = (length: number): Buffer => Buffer.alloc(length, 'windfall ')
const THREE_PIECES = plainOf(2 * PIECE + 5)
let sealed: Buffer

before(async () => {
  sealed = await seal(THREE_PIECES)
})

test('gives back what was sealed, whatever its length', async () => {
  for (const length of [0, PIECE, PIECE + 1]) {
    assert.deepEqual(await open(await seal(plainOf(length))), plainOf(length), String(length))
  }
})

test('seals the same differently every time, and shows nothing of it', async () => {
  const again = await seal(THREE_PIECES)
  assert.notDeepEqual(again.subarray(START), sealed.subarray(START))
  assert.equal(sealed.subarray(8).includes('windfall'), false)
})

test('refuses another passphrase, and one that can be guessed', async () => {
  await assert.rejects(open(sealed, 'a windfall of pears'), { code: 'backup_passphrase' })
  await assert.rejects(join(sealWithPassphrase('elevenchars', inChunks(THREE_PIECES))), {
    code: 'passphrase_short',
  })
})

test('refuses a file that was cut anywhere [proof R14]', async () => {
  for (const length of [0, 5]) {
    await assert.rejects(open(sealed.subarray(0, length)), { code: 'backup_unknown' })
  }
  const boundaries = [START, START + SEALED_PIECE, START + 2 * SEALED_PIECE]
  const lengths = [8, START - 1, ...boundaries, START + 1, sealed.length - 1]
  for (const length of lengths) {
    await assert.rejects(
      open(sealed.subarray(0, length)),
      { code: 'backup_truncated' },
      `${length}`,
    )
  }
})

test('refuses pieces that changed places, are missing, or are of another file [proof R14]', async () => {
  const other = await seal(THREE_PIECES)
  const start = sealed.subarray(0, START)
  const piece = (file: Buffer, number: number): Buffer =>
    file.subarray(START + number * SEALED_PIECE, START + (number + 1) * SEALED_PIECE)
  const [first, second, last] = [0, 1, 2].map((number) => piece(sealed, number))
  assert(first !== undefined && second !== undefined && last !== undefined)
  const orders = [
    [second, first, last],
    [first, last],
    [first, second, second, last],
    [first, piece(other, 1), last],
    [first, second, last, last],
  ]
  for (const pieces of orders) {
    await assert.rejects(open(Buffer.concat([start, ...pieces])), /backup_(damaged|truncated)/)
  }
})

test('refuses a file in which one byte was changed, wherever it is [proof R14]', async () => {
  const head = [0, 8, 9, 12, 13, 14, 15, 30]
  const mac = [31, START - 1]
  const pieces = [START, START + PIECE, START + SEALED_PIECE + 1, sealed.length - 17]
  for (const at of [...head, ...mac, ...pieces, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    await assert.rejects(
      open(changed),
      /backup_(unknown|newer|passphrase|damaged|truncated)/,
      String(at),
    )
  }
})

test('asks for no more memory than it was made for, whatever the head says', async () => {
  const changed = Buffer.from(sealed)
  changed.writeUInt32BE(0xffffffff, 9)
  await assert.rejects(open(changed), { code: 'backup_damaged' })
})
