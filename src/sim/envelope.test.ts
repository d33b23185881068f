import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { enrollWith, formatStop, makeDevice } from '../../test/scripted/device.ts'
import { type Cast, makeCast, type Play } from '../../test/scripted/enrollment.ts'
import { decode, der } from '../protocol/asn1/index.ts'
import { type Cipher, sealEnvelopedData } from '../protocol/cms/index.ts'
import { formatPlist, getData, type PlistDict } from '../protocol/plist/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import type { Device } from './device.ts'

let cast: Cast
let device: Device

before(async () => {
  cast = await makeCast()
  device = await makeDevice()
})

/** Where the device stops that gets this as its final profile. */
const stop = async (final: (play: Play, identity: Certificate) => PlistDict): Promise<string> =>
  formatStop(
    await enrollWith(cast, device, (play) => ({
      phase3: (_, identity) => play.signed(final(play, identity)),
    })),
  )

const withEnvelope = (profile: PlistDict, envelope: Uint8Array): PlistDict =>
  new Map([...profile, ['EncryptedPayloadContent', envelope]])

const envelopeOf = (profile: PlistDict): Uint8Array =>
  getData(profile, 'EncryptedPayloadContent') ?? new Uint8Array()

test('takes no final profile in the clear', async () => {
  assert.equal(await stop((play) => play.configuration([])), 'decrypt: profile_not_encrypted')
})

test('takes no final profile with payloads beside the envelope', async () => {
  const final = (play: Play, identity: Certificate): PlistDict =>
    new Map([...play.encrypted(identity), ['PayloadContent', []]])
  assert.equal(await stop(final), 'decrypt: profile_also_in_clear')
})

test('takes no envelope for somebody else', async () => {
  const final = (play: Play) => play.encrypted(cast.ra.certificate)
  assert.equal(await stop(final), 'decrypt: envelope_recipient')
})

test('takes no envelope that somebody else can open too', async () => {
  const final = (play: Play, identity: Certificate): PlistDict => {
    const ours = play.encrypted(identity)
    const theirs = play.encrypted(cast.ra.certificate)
    return withEnvelope(ours, addRecipients(envelopeOf(ours), envelopeOf(theirs)))
  }
  assert.equal(await stop(final), 'decrypt: envelope_recipient_count')
})

test('takes no envelope that was changed', async () => {
  const final = (play: Play, identity: Certificate): PlistDict => {
    const profile = play.encrypted(identity)
    const envelope = Buffer.from(envelopeOf(profile))
    // The last block carries the padding, whose length is in its last byte; the byte before it masks that one.
    envelope[envelope.length - 17] = (envelope[envelope.length - 17] ?? 0) ^ 0x80
    return withEnvelope(profile, envelope)
  }
  assert.equal(await stop(final), 'decrypt: cms_decryption')
})

for (const cipher of ['des-ede3-cbc', 'aes-128-cbc', 'aes-256-cbc'] satisfies Cipher[]) {
  test(`opens an envelope by ${cipher}`, async () => {
    const final = (play: Play, recipient: Certificate): PlistDict =>
      withEnvelope(
        play.encrypted(recipient),
        sealEnvelopedData(formatPlist([]), { recipient, cipher }),
      )
    assert.equal(await stop(final), 'configured')
  })
}

test('takes no envelope by single DES', async () => {
  const final = (play: Play, recipient: Certificate): PlistDict =>
    withEnvelope(
      play.encrypted(recipient),
      sealEnvelopedData(formatPlist([]), { recipient, cipher: 'des-cbc' }),
    )
  assert.equal(await stop(final), 'decrypt: envelope_algorithm')
})

test('takes no envelope around a profile instead of the array of its payloads', async () => {
  const final = (play: Play, identity: Certificate) =>
    play.encrypted(identity, formatPlist(play.configuration([])))
  assert.equal(await stop(final), 'decrypt: envelope_not_array')
})

test('takes no payloads that share an identifier, also from inside the envelope', async () => {
  const final = (play: Play, identity: Certificate) =>
    play.encrypted(identity, formatPlist([play.scepPayload(), play.scepPayload()]))
  assert.equal(await stop(final), 'decrypt: payload_duplicate')
})

/** The first envelope with the RecipientInfos of both. */
const addRecipients = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const [type, wrapped] = decode(first, 'der').children
  const [version, set, content] = wrapped?.inner().children ?? []
  const others = decode(second, 'der').children[1]?.inner().children[1]
  assert.ok(type && version && set && content && others)
  const recipients = [...set.children, ...others.children].map(({ bytes }) => bytes)
  return der.sequence(
    type.bytes,
    der.tagged(0, der.sequence(version.bytes, der.setOf(recipients), content.bytes)),
  )
}
