import { isDeepStrictEqual } from 'node:util'
import * as pkijs from 'pkijs'
import { ProtocolError } from '../../src/errors.ts'
import { der } from '../../src/protocol/asn1/index.ts'
import { decodeSignedData, verifySignedData } from '../../src/protocol/cms/index.ts'
import { decodeCertificate } from '../../src/protocol/x509/index.ts'
import { decodePem } from '../codec/fixture.ts'
import { Openssl } from '../codec/openssl.ts'
import { createRandom, pick } from '../mutate.ts'
import { mutateBer } from './ber-mutation.ts'
import { OWN_SIGNED, SIGNED } from './cms-seeds.ts'
import { type Comparison, count, createComparison } from './comparison.ts'

/** What a reader verifies: the content, and whose certificate it took. */
interface Verified {
  readonly content: string
  /** TBSCertificate, which no reader writes anew. */
  readonly signer: string
}

/** The code or text of a refusal. */
type Reading = Verified | string

const isVerified = (reading: Reading | undefined): reading is Verified =>
  typeof reading === 'object'

/**
 * Reads `inputs` mutated messages with our reader and with pkijs. Of those that we accept, the first `openssl`
 * go to `openssl cms` too, a process for each; those that pkijs refuses always do while there are any left.
 */
export const compareMessages = async (options: {
  readonly seed: number
  readonly inputs: number
  readonly openssl: number
}): Promise<Comparison> => {
  using openssl = new Openssl()
  const comparison = createComparison()
  let left = options.openssl
  for (let index = 0; index < options.inputs; index++) {
    const random = createRandom(options.seed, index)
    const seeds = pick([SIGNED, OWN_SIGNED, OWN_SIGNED], random)
    const message = mutateBer(pick(seeds, random), random, SIGNED)
    const ours = readOurs(message)
    const theirs = await readWithPkijs(message)
    const isAsked = isVerified(ours) && left-- > 0
    const third = isAsked ? readWithOpenssl(openssl, message) : undefined
    judge(comparison, { index, message, ours, others: [theirs, third] })
  }
  return comparison
}

const judge = (
  comparison: Comparison,
  read: {
    readonly index: number
    readonly message: Uint8Array
    readonly ours: Reading
    /** Undefined for who was not asked. */
    readonly others: readonly (Reading | undefined)[]
  },
): void => {
  const { index, message, ours, others } = read
  const verified = others.filter(isVerified)
  if (!isVerified(ours)) {
    if (verified.length === 0) comparison.bothRefuse++
    else count(comparison.refusedByUs, ours)
  } else if (verified.length === 0) {
    const why = explain(message, others[1])
    if (why === undefined) comparison.unexplained.push({ index, ours, theirs: others })
    else count(comparison.refusedByThem, why)
  } else if (verified.every((theirs) => isDeepStrictEqual(ours, theirs))) {
    comparison.same++
  } else {
    comparison.different.push({ index, ours, theirs: verified })
  }
}

const hex = (bytes: Uint8Array | ArrayBuffer): string =>
  Buffer.from(new Uint8Array(bytes)).toString('hex')

const readOurs = (message: Uint8Array): Reading => {
  try {
    const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const
    const { content, signer } = verifySignedData(message, { signedAttributes: 'optional', hashes })
    return { content: hex(content), signer: hex(signer.tbs) }
  } catch (error) {
    if (error instanceof ProtocolError) return error.code
    throw error
  }
}

const readWithPkijs = async (message: Uint8Array): Promise<Reading> => {
  try {
    const { content } = pkijs.ContentInfo.fromBER(Uint8Array.from(message))
    const signedData = new pkijs.SignedData({ schema: content })
    const result = await signedData.verify({ signer: 0, checkChain: false, extendedMode: true })
    const { eContent } = signedData.encapContentInfo
    if (result.signatureVerified !== true || !result.signerCertificate || !eContent)
      return 'refused'
    return { content: hex(eContent.getValue()), signer: hex(result.signerCertificate.tbsView) }
  } catch (error) {
    return String(error)
  }
}

const VERIFY = 'cms -verify -noverify -binary -inform DER -in message -out content -signer signer'

const readWithOpenssl = (openssl: Openssl, message: Uint8Array): Reading => {
  openssl.write('message', message)
  try {
    openssl.run(VERIFY)
  } catch (error) {
    return String(error)
  }
  const [signer = new Uint8Array()] = decodePem(openssl.read('signer'))
  return { content: hex(openssl.read('content')), signer: hex(decodeCertificate(signer).tbs) }
}

/** Why openssl, as it says itself, refuses what we accept; undefined where nobody knows. */
const explain = (message: Uint8Array, said: Reading | undefined): string | undefined => {
  if (typeof said !== 'string') return 'pkijs alone was asked'
  // RFC 5652 §5.4: the signature is over their DER, in which a SET is sorted; openssl takes them as sent.
  if (isUnsorted(message)) return 'signed attributes in another order'
  // We do not look at unsigned attributes, digestAlgorithms, versions, or the rest of a certificate bag.
  if (/asn1 encoding routines/.test(said)) return 'malformed where we do not look'
  if (/X509 V3 routines/.test(said)) return 'malformed extension that we do not look at'
  // RFC 5652 §5.1: a hint for readers in one pass, and nothing that a signature is over.
  if (/digest/.test(said)) return 'digestAlgorithms that do not name the digest'
  return undefined
}

const isUnsorted = (message: Uint8Array): boolean => {
  const elements = decodeSignedData(message).signerInfos[0]?.signedAttributes?.elements ?? []
  return Buffer.compare(der.setOf(elements), der.tlv(0x31, ...elements)) !== 0
}
