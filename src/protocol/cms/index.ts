export type { Hash } from '../x509/index.ts'
export type { Cipher } from './cipher.ts'
export {
  decodeEnvelopedData,
  decryptEnvelopedData,
  type EnvelopedData,
  openEnvelopedData,
  type Recipient,
  sealEnvelopedData,
} from './enveloped-data.ts'
export type { Decrypter, Identity, KeyTransport, Signer } from './key.ts'
export { type Attribute, encodeCertificatesOnly, signData } from './sign.ts'
export { decodeSignedData, type SignedData } from './signed-data.ts'
export { type VerifiedMessage, verifyDecoded, verifySignedData } from './verify.ts'
