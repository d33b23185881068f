import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mutations } from '../../../test/mutate.ts'
import { ProtocolError } from '../../errors.ts'
import { formatPlist, parsePlist } from './index.ts'

const micromdm = new URL('../../../test/fixtures/plist/micromdm/', import.meta.url)
const captures = new URL('../../../../shared/fixtures/', import.meta.url)
const skipWithoutCaptures = existsSync(captures) ? {} : { skip: 'shared captures are absent' }

const binary = readFileSync(new URL('sample2.binary.plist', micromdm))
const xml = Buffer.from(formatPlist(parsePlist(binary)))

// What replaces their data since they were published is no base64.
const REDACTED = [
  'CertificateList_iOS-11.3.1.xml',
  'TokenUpdate_10.11.x-user.plist',
  'TokenUpdate_iOS-11.3.1.xml',
]

/** Whether `message` is a property list; anything thrown but a ProtocolError is a failure. */
function isPlist(message: Uint8Array): boolean {
  try {
    parsePlist(message)
    return true
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}

test('refuses a message that was cut at any byte [security W8 W9]', () => {
  const document = xml.subarray(0, xml.lastIndexOf('>') + 1)
  for (const whole of [document, binary]) {
    assert.ok(isPlist(whole))
    for (let length = 0; length < whole.length; length++) {
      assert.equal(isPlist(whole.subarray(0, length)), false, `${length} bytes`)
    }
  }
})

test('answers every flipped bit with a value or a ProtocolError [security W8 W9]', () => {
  for (const whole of [xml, binary]) {
    let refused = 0
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const message = Buffer.from(whole)
      message[bit >> 3] = message.readUInt8(bit >> 3) ^ (1 << (bit & 7))
      if (!isPlist(message)) refused += 1
    }
    assert.ok(refused > 0 && refused < whole.length * 8, `${refused} refused`)
  }
})

test('answers 20,000 mutations with a value or a ProtocolError [security W8 W9]', () => {
  const crashers = globSync(fileURLToPath(new URL('crashers/*', micromdm)))
  const samples = globSync(fileURLToPath(new URL('xml/*', micromdm)))
  const seeds = [
    xml,
    xml,
    binary,
    binary,
    ...[...crashers, ...samples].sort().map((file) => readFileSync(file)),
  ]
  let accepted = 0
  for (const message of mutations(11, seeds, 20_000)) if (isPlist(message)) accepted += 1

  assert.ok(accepted > 250 && accepted < 15_000, `${accepted} accepted`)
})

test('reads every captured message but those with redacted data', skipWithoutCaptures, () => {
  const files = globSync(fileURLToPath(new URL('**/*.{plist,xml,mobileconfig}', captures)))
  const refused = files.filter((file) => !isPlist(readFileSync(file)))

  assert.deepEqual(refused.map((file) => file.replace(/.*\//, '')).sort(), REDACTED)
  assert.ok(files.length > 40)
})

test('writes every captured message so that it reads the same', skipWithoutCaptures, () => {
  const files = globSync(fileURLToPath(new URL('**/*.{plist,xml,mobileconfig}', captures)))
  for (const file of files.map((file) => readFileSync(file)).filter(isPlist)) {
    const value = parsePlist(file)
    assert.deepEqual(parsePlist(formatPlist(value)), value)
  }
})
