import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readCertificate, readFixture } from '../codec/fixture.ts'
import { type Holder, makeHolder, makeSigner } from '../codec/holder.ts'

// Keys that stay: the same seed makes the same messages, and a kept input can be told from what was signed.
const readKey = (path: string): KeyObject => createPrivateKey(Buffer.from(readFixture(path)))

/** Whoever sends messages. */
export const rsa: Holder = makeHolder({
  key: readKey('fuzz/rsa.key.pem'),
  subject: [[['CN', 'Anna']]],
})
export const ec: Holder = makeHolder({
  key: readKey('fuzz/p-256.key.pem'),
  subject: [[['CN', 'Emma']]],
  serialNumber: Uint8Array.of(7),
})

const responderKey = readKey('scep/client/responder.key.pem')
/** Whom envelopes are for, also those of the captures, and who answers. */
export const responder: Holder = {
  key: responderKey,
  signer: makeSigner(responderKey),
  certificate: readCertificate('scep/client/responder.crt.pem'),
  chain: [],
}
