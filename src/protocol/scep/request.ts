import { ProtocolError } from '../../errors.ts'
import type { Element } from '../asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  decodeSignedData,
  decryptEnvelopedData,
  type EnvelopedData,
  type Hash,
  type Recipient,
  type SignedData,
  type VerifiedMessage,
  verifyDecoded,
} from '../cms/index.ts'
import {
  type Certificate,
  type CertificateRequest,
  decodeCertificateRequest,
  findHash,
  findKeyFault,
  type KeyPolicy,
  type PublicKey,
  verifyCertificateRequest,
} from '../x509/index.ts'
import { decodeTransaction, type FailInfo, findPrintable, type Transaction } from './attribute.ts'
import { STAND_IN } from './stand-in.ts'

export interface OpenOptions {
  /** Whose certificate the envelope is for. */
  readonly recipient: Recipient
  /** Which keys may sign requests and be certified. */
  readonly keyPolicy: KeyPolicy
  /** RFC 8894 §3.5.2 forbids it; some clients know nothing else. */
  readonly allowSingleDes: boolean
}

/** A PKCSReq whose signatures are good. Whether its challenge is, is for the CA to decide. */
export interface ScepRequest {
  readonly kind: 'request'
  readonly transaction: Transaction
  /** Whom the answer is encrypted to; Apple's client makes this certificate for the message only. */
  readonly signer: Certificate
  readonly certificateRequest: CertificateRequest
  readonly hash: Hash
  readonly cipher: Cipher
}

/** A message that can be answered, and the answer is no. */
export interface ScepRefusal {
  readonly kind: 'refusal'
  readonly transaction: Transaction
  readonly hash: Hash
  readonly failInfo: FailInfo
  /** Stable, for logs and people; the client is told `failInfo` and `text`. */
  readonly code: string
  readonly text: string
  /** The challenge of a request that was read and is refused for a key: it tells whose request it is. */
  readonly challengePassword?: string | undefined
}

/**
 * Opens a pkiMessage of a client (RFC 8894 §3): outer signature, envelope, request and its signature.
 * @throws ProtocolError where no answer can be addressed: not CMS, or without a transactionID
 */
export const openRequest = (bytes: Uint8Array, options: OpenOptions): ScepRequest | ScepRefusal => {
  const message = decodeSignedData(bytes)
  const [signerInfo] = message.signerInfos
  if (signerInfo === undefined || message.signerInfos.length > 1) {
    throw new ProtocolError('cms_signer_count', 'exactly one signer was expected')
  }
  const values = signerInfo.signedAttributes?.values ?? new Map<string, readonly Element[]>()
  const transaction = decodeTransaction(values)
  const hash = findHash(signerInfo.digestAlgorithm)
  try {
    if (hash === undefined) throw new Refusal('badAlg', 'cms_algorithm', 'unknown digest algorithm')
    return { kind: 'request', transaction, hash, ...open(message, hash, options) }
  } catch (error) {
    const refusal = toRefusal(error)
    return { kind: 'refusal', transaction, hash: hash ?? 'sha256', ...refusal }
  }
}

const open = (
  message: SignedData,
  hash: Hash,
  options: OpenOptions,
): Pick<ScepRequest, 'signer' | 'certificateRequest' | 'cipher'> => {
  const verified = verifyDecoded(message, { signedAttributes: 'required', hashes: [hash] })
  requireCertificateRequest(verified)
  const envelope = decodeEnvelopedData(verified.content)
  if (envelope.cipher === 'des-cbc' && !options.allowSingleDes) {
    throw new Refusal('badAlg', 'scep_single_des', 'single DES is not accepted')
  }
  const { publicKey } = verified.signer
  const certificateRequest = openCertificateRequest(envelope, options.recipient, publicKey)
  const { challengePassword } = certificateRequest
  // The answer is encrypted to the signer: only an RSA key can open it.
  requireGoodKey(publicKey, { ...options.keyPolicy, curves: [] }, challengePassword)
  if (certificateRequest.publicKey !== publicKey) {
    requireGoodKey(certificateRequest.publicKey, options.keyPolicy, challengePassword)
  }
  return { signer: verified.signer, certificateRequest, cipher: envelope.cipher }
}

// RFC 8894 §3.2.1.2. Every other value is refused, also one that an old draft defined.
const requireCertificateRequest = ({ attributes }: VerifiedMessage): void => {
  const messageType = findPrintable(attributes, 'messageType')
  switch (messageType) {
    case '19':
      return
    case '17':
    case '20':
    case '21':
    case '22':
      throw new Refusal('badRequest', 'scep_not_offered', 'this CA does not offer the operation')
    default:
      throw new Refusal('badRequest', 'scep_message_type', 'unknown messageType')
  }
}

const requireGoodKey = (
  key: PublicKey,
  policy: KeyPolicy,
  challengePassword: string | undefined,
): void => {
  const fault = findKeyFault(key.parts, policy)
  if (fault === undefined) return
  throw new Refusal('badAlg', fault, 'the key is not accepted', { challengePassword })
}

const UNREADABLE = 'the request cannot be read'

// Whatever is wrong with padding, key, cipher or what comes out, the client hears one and the same. The
// request's own signature belongs to it: before it is good, the request may be what a changed cipher text became.
// Nor may the time tell: whatever came out is read, and what cannot be read is replaced by what can.
const openCertificateRequest = (
  envelope: EnvelopedData,
  recipient: Recipient,
  signerKey: PublicKey,
): CertificateRequest => {
  try {
    const { content, isPadded } = decryptEnvelopedData(envelope, recipient)
    const { request, isSigned } = readCertificateRequest(content, signerKey)
    if (isSigned && isPadded) return request
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause
    readCertificateRequest(STAND_IN, signerKey)
    throw new Refusal('badMessageCheck', 'scep_envelope', UNREADABLE, { cause })
  }
  throw new Refusal('badMessageCheck', 'scep_request_signature', UNREADABLE)
}

const readCertificateRequest = (
  bytes: Uint8Array,
  signerKey: PublicKey,
): { readonly request: CertificateRequest; readonly isSigned: boolean } => {
  const request = decodeCertificateRequest(bytes, signerKey)
  // Throws for a key without a form, whose import would take longer to fail than others to succeed.
  void request.publicKey.parts
  return { request, isSigned: verifyCertificateRequest(request) }
}

class Refusal extends ProtocolError {
  readonly failInfo: FailInfo
  readonly challengePassword: string | undefined

  constructor(
    failInfo: FailInfo,
    code: string,
    text: string,
    options: ErrorOptions & { readonly challengePassword?: string | undefined } = {},
  ) {
    super(code, text, options)
    this.failInfo = failInfo
    this.challengePassword = options.challengePassword
  }
}

const toRefusal = (
  error: unknown,
): Pick<ScepRefusal, 'failInfo' | 'code' | 'text' | 'challengePassword'> => {
  if (!(error instanceof ProtocolError)) throw error
  const { code, message: text } = error
  return error instanceof Refusal
    ? { failInfo: error.failInfo, code, text, challengePassword: error.challengePassword }
    : { failInfo: failInfoOf(code), code, text }
}

const failInfoOf = (code: string): FailInfo => {
  if (code === 'cms_cipher' || code === 'cms_key_transport' || code.startsWith('key_')) {
    return 'badAlg'
  }
  return code.startsWith('scep_') ? 'badRequest' : 'badMessageCheck'
}
