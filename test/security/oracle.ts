import assert from 'node:assert/strict'
import { decodeSignedData } from '../../src/protocol/cms/index.ts'
import { makeHolder, makeKey } from '../codec/holder.ts'
import { type Malformations, malformations } from '../codec/malformed-envelope.ts'
import {
  messageTypeAttribute,
  pkiMessage,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import type { Answer } from '../request.ts'
import { postScep, recipientOf } from '../scep-client.ts'
import { craftCsr } from './crafted.ts'
import { type Scene, toHex } from './scene.ts'

/** The two ways to run the CA: who opens the envelopes. */
export const RESPONDERS = [
  { name: 'with RA', env: {} },
  { name: 'without RA', env: { WINDFALL_CA__RA: 'false', WINDFALL_CA__KEY_TYPE: 'rsa-2048' } },
] as const

/** Of the request inside. */
export const requestedKey = makeKey('rsa-2048')
const attacker = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'attacker']]] })

const ATTRIBUTES = [
  messageTypeAttribute(),
  transactionIdAttribute('0123456789ABCDEF'),
  senderNonceAttribute(),
]

/** An envelope as an attacker sends it: signed by himself, always with the same attributes. */
export const wrap = (envelope: Uint8Array): Uint8Array =>
  pkiMessage(envelope, attacker, { attributes: ATTRIBUTES })

/** Broken envelopes for the scene's responder, around a request that carries a challenge. */
export const spoil = (scene: Pick<Scene, 'ca'>, challenge: string): Malformations =>
  malformations({
    recipient: recipientOf(scene.ca),
    key: requestedKey,
    request: craftCsr(requestedKey, { challenge }),
  })

const FRESH = new Set(['2.16.840.1.113733.1.9.5'])

/** All that an answer shows, but for the time, the fresh nonce and the signature over it. */
export const shownBy = ({ status, headers, body }: Answer): string => {
  const { date: _, ...others } = headers
  const { certificates, content, signerInfos } = decodeSignedData(body)
  const [{ signedAttributes, signature, sid } = assert.fail('no signer')] = signerInfos
  const attributes = [...(signedAttributes?.values ?? [])].map(
    ([oid, values]) =>
      [oid, FRESH.has(oid) ? 'fresh' : values.map(({ bytes }) => toHex(bytes))] as const,
  )
  const bag = certificates.map(({ bytes }) => toHex(bytes))
  const signed = { attributes, sid, signatureLength: signature.length }
  return JSON.stringify({ status, headers: others, length: body.length, bag, content, ...signed })
}

export interface AnswersSeen {
  /** Each answer that was seen, and what brought it first. */
  readonly shown: ReadonlyMap<string, string>
  readonly messages: number
}

/** Sends every class `perClass` times over HTTP, its ways and the classes taking turns. */
export const seeAnswers = async (
  scene: Scene,
  { classes }: Malformations,
  perClass: number,
): Promise<AnswersSeen> => {
  const shown = new Map<string, string>()
  for (let round = 0; round < perClass; round++) {
    for (const [name, ways] of Object.entries(classes)) {
      const [way, make] = Object.entries(ways).at(round % Object.keys(ways).length) ?? assert.fail()
      const what = shownBy(await postScep(scene.wire, { bytes: wrap(make()) }))
      if (!shown.has(what)) shown.set(what, `${name}: ${way}`)
    }
  }
  return { shown, messages: perClass * Object.keys(classes).length }
}
