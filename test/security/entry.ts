import { der } from '../../src/protocol/asn1/index.ts'
import { sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { dict, formatPlist } from '../../src/protocol/plist/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import {
  type SignedDataOptions,
  type SignerInfoOptions,
  signedAttributes,
  signedData,
  signerInfo,
} from '../codec/message.ts'
import {
  messageTypeAttribute,
  senderNonceAttribute,
  transactionIdAttribute,
} from '../codec/pki-message.ts'
import { makeDevice, postProfile, type TestDevice } from '../device.ts'
import type { Answer } from '../request.ts'
import { postScep, recipientOf } from '../scep-client.ts'
import { craftCsr } from './crafted.ts'
import { configure, finish, identify, obtain, offer, type Scene } from './scene.ts'

/** A place where the server takes a signed message, and what an honest device sends there. */
export interface Entry {
  readonly name: 'phase 2' | 'phase 3' | 'SCEP'
  readonly content: Uint8Array
  readonly signer: Holder
  /** Signed attributes beside those of CMS. */
  readonly attributes: readonly Uint8Array[]
  send(message: Uint8Array): Promise<Answer>
  /** The honest device goes on to the end. */
  complete(): Promise<unknown>
}

const key = makeKey('rsa-2048')
const messageSigner = makeHolder({ key: makeKey('rsa-2048') })

const contentOf = ({ attributes }: TestDevice, challenge?: string): Uint8Array =>
  formatPlist(dict({ ...attributes, CHALLENGE: challenge }))

/** Three devices, each before one of its messages. */
export const openEntries = async (scene: Scene): Promise<readonly Entry[]> => [
  await phase2(scene),
  await scep(scene),
  await phase3(scene),
]

export const phase2 = async (scene: Scene): Promise<Entry> => {
  const device = makeDevice(scene.server)
  const { challenge } = await offer(scene)
  const entry: Entry = {
    name: 'phase 2',
    content: contentOf(device, challenge),
    signer: device.identity,
    attributes: [],
    send: (message) => postProfile(scene.wire, message),
    complete: async () => {
      const { status } = await entry.send(honest(entry))
      if (status !== 200) throw new Error(`phase 2 is answered ${status}`)
    },
  }
  return entry
}

export const scep = async (scene: Scene): Promise<Entry> => {
  const identified = await identify(scene)
  const csr = craftCsr(key, { challenge: identified.challenge })
  const recipient = recipientOf(scene.ca)
  return {
    name: 'SCEP',
    content: sealEnvelopedData(csr, { recipient, cipher: 'aes-128-cbc' }),
    signer: messageSigner,
    attributes: [messageTypeAttribute(), transactionIdAttribute(), senderNonceAttribute()],
    send: (bytes) => postScep(scene.wire, { bytes }),
    complete: () => finish(scene, identified, key),
  }
}

export const phase3 = async (scene: Scene): Promise<Entry> => {
  const { device, challenge } = await identify(scene)
  const signer = await obtain(scene, { key, challenge })
  return {
    name: 'phase 3',
    content: contentOf(device),
    signer,
    attributes: [],
    send: (message) => postProfile(scene.wire, message),
    complete: () => configure(scene, device, signer),
  }
}

type Signing = Pick<Entry, 'content' | 'signer' | 'attributes'>

/** The SignerInfo of the honest message, or of one that is wrong in what the options say. */
export const signed = (
  { content, signer, attributes }: Signing,
  options: SignerInfoOptions = {},
): Uint8Array =>
  signerInfo(signer, content, {
    attributes: signedAttributes(content, 'sha256', ...attributes),
    ...options,
  })

/** The honest message, or one that is wrong in what the options say. */
export const honest = (entry: Signing, options: Partial<SignedDataOptions> = {}): Uint8Array =>
  signedData({
    signerInfos: [signed(entry)],
    certificates: [entry.signer.certificate.bytes],
    content: der.octetString(entry.content),
    ...options,
  })
