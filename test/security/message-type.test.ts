import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { attribute } from '../codec/message.ts'
import {
  MESSAGE_TYPE,
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import { postScep, readReply, recipientOf, type TestRequest } from '../scep-client.ts'
import { craftCsr } from './crafted.ts'
import { finish, identify, obtain, openScene, rowsOf, type Scene, stateOf } from './scene.ts'

const key = makeKey('rsa-2048')
const signer = makeHolder({ key })

const raw = (...values: readonly Uint8Array[]): Uint8Array => attribute(MESSAGE_TYPE, ...values)
const printable = (text: string): Uint8Array => der.tlv(0x13, Buffer.from(text, 'latin1'))

/** The attributes that say what kind of message it is; PKCSReq, 19, is not among them. */
const MESSAGE_TYPES: readonly (readonly [what: string, ...attributes: readonly Uint8Array[]])[] = [
  ['absent'],
  ['empty', messageTypeAttribute('')],
  ...Array.from({ length: 256 }, (_, type) => String(type))
    .filter((type) => type !== '19')
    .map((type) => [type, messageTypeAttribute(type)] as const),
  ...['019', ' 19', '19 ', '+19', '19\0', '1 9', '0x13', '19.0', '1９', 'PKCSReq', '19,19'].map(
    (text) => [JSON.stringify(text), raw(printable(text))] as const,
  ),
  ['19 twice in one attribute', raw(printable('19'), printable('19'))],
  ['18 and 19 in one attribute', raw(printable('18'), printable('19'))],
  ['no value', raw()],
  ['two attributes', messageTypeAttribute('19'), messageTypeAttribute('19')],
  ['two attributes, 18 first', messageTypeAttribute('18'), messageTypeAttribute('19')],
  ['INTEGER 19', raw(der.smallInteger(19))],
  ['OCTET STRING 19', raw(der.octetString(Buffer.from('19')))],
  ['ENUMERATED 19', raw(der.tlv(0x0a, Uint8Array.of(19)))],
  ['SEQUENCE of 19', raw(der.sequence(printable('19')))],
]

const CHALLENGES = ['good', 'absent', 'empty', 'wrong', 'used', 'expired'] as const

/** A request with each kind of challenge, and the honest device whose challenge is the good one. */
const challengesOf = async (scene: Scene) => {
  const expired = await identify(scene)
  scene.server.clock.advance(15 * 60_000)
  const used = await identify(scene)
  await obtain(scene, { key: makeKey('rsa-2048'), challenge: used.challenge })
  const honest = await identify(scene)
  const challenges: Readonly<Record<(typeof CHALLENGES)[number], string | undefined>> = {
    good: honest.challenge,
    absent: undefined,
    empty: '',
    wrong: randomBytes(32).toString('base64url'),
    used: used.challenge,
    expired: expired.challenge,
  }
  return { honest, challenges }
}

const ATTEMPTS = MESSAGE_TYPES.length * CHALLENGES.length + CHALLENGES.length - 1

test(`${MESSAGE_TYPES.length} messageTypes that are not PKCSReq with ${CHALLENGES.length} kinds of challenge, and PKCSReq with those that are not good: ${ATTEMPTS} requests, no certificate [security S2]`, async () => {
  await using scene = await openScene()
  const { honest, challenges } = await challengesOf(scene)
  const before = await stateOf(scene)
  const audited = (await rowsOf(scene.db, 'audit')).length
  const types = [...MESSAGE_TYPES, ['19', messageTypeAttribute('19')] as const]

  const failInfos = new Map<string, number>()
  for (const kind of CHALLENGES) {
    const challenge = challenges[kind]
    const csr = craftCsr(key, challenge === undefined ? {} : { challenge })
    const envelope = sealEnvelopedData(csr, {
      recipient: recipientOf(scene.ca),
      cipher: 'aes-128-cbc',
    })
    const attempts = types.filter(([what]) => what !== '19' || kind !== 'good')
    // All at once: nothing that is refused depends on what else is.
    const replies = await Promise.all(
      attempts.map(async ([what, ...attributes]) => {
        const request = message(scene, envelope, attributes)
        const answer = await postScep(scene.wire, request)
        if (answer.status === 200) return { what, reply: readReply(request, answer) }
        // One attribute twice is no SignedData at all: there is nobody to answer.
        assert.deepEqual([answer.status, what.startsWith('two attributes')], [400, true], what)
        return undefined
      }),
    )
    for (const { what, reply } of replies.filter((each) => each !== undefined)) {
      assert(reply.kind === 'failure', `${what}, challenge ${kind}: ${reply.kind}`)
      failInfos.set(reply.failInfo, (failInfos.get(reply.failInfo) ?? 0) + 1)
    }
  }

  assert.deepEqual(await stateOf(scene), before)
  const lines = (await rowsOf(scene.db, 'audit')).slice(audited)
  assert.equal(lines.length, ATTEMPTS)
  assert.deepEqual(new Set(lines.map((line) => line['outcome'])), new Set(['refused']))
  assert.deepEqual([...failInfos], [['badRequest', ATTEMPTS - 2 * CHALLENGES.length]])
  await finish(scene, honest, key)
})

const message = (
  { ca }: Scene,
  envelope: Uint8Array,
  types: readonly Uint8Array[],
): TestRequest => {
  const transactionId = randomBytes(20).toString('hex')
  const senderNonce = randomBytes(16)
  const attributes = [
    ...types,
    transactionIdAttribute(transactionId),
    senderNonceAttribute(senderNonce),
  ]
  const bytes = pkiMessage(envelope, signer, { attributes })
  return { bytes, transactionId, senderNonce, key, signer, responder: recipientOf(ca) }
}
