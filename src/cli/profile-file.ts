import { readFile } from 'node:fs/promises'
import { ProtocolError } from '../errors.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  type Hash,
  openEnvelopedData,
  type SignedData,
  verifyDecoded,
} from '../protocol/cms/index.ts'
import {
  expectDict,
  getData,
  type PlistDict,
  type PlistValue,
  parsePlist,
} from '../protocol/plist/index.ts'
import { type Certificate, decodeCertificate } from '../protocol/x509/index.ts'
import { parseRsaKey } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'

/** A profile as it lies in a file. */
export interface ProfileFile {
  readonly profile: PlistDict
  /** Undefined where it is not signed. */
  readonly signature: Signature | undefined
}

export type Signature = GoodSignature | { readonly kind: 'bad'; readonly code: string }

interface GoodSignature {
  readonly kind: 'good'
  readonly signer: Certificate
  readonly hash: Hash
  /** The other certificates that came along. */
  readonly bag: readonly Certificate[]
}

/** @throws CommandError `invalid` if the file cannot be read or holds no profile */
export const readProfileFile = async (path: string): Promise<ProfileFile> =>
  await reading(async () => {
    const { content, signature } = separate(await readFile(path))
    return { profile: expectDict(parsePlist(content)), signature }
  })

/**
 * The signature of a profile, of which nothing else is looked at where the signature is bad.
 * @throws CommandError `invalid` if the file cannot be read or holds no profile
 */
export const readSignature = async (path: string): Promise<Signature | undefined> =>
  await reading(async () => {
    const { content, signature } = separate(await readFile(path))
    if (signature?.kind !== 'bad') expectDict(parsePlist(content))
    return signature
  })

const separate = (bytes: Buffer) => {
  if (isPlist(bytes)) return { content: bytes, signature: undefined }
  const message = decodeSignedData(bytes)
  return { content: message.content ?? new Uint8Array(), signature: verify(message) }
}

const isPlist = (bytes: Buffer): boolean =>
  /^(\ufeff?\s*<|bplist)/.test(bytes.toString('utf8', 0, 64))

const HASHES = ['sha1', 'sha256', 'sha384', 'sha512'] as const

const verify = (message: SignedData): Signature => {
  try {
    const verified = verifyDecoded(message, { signedAttributes: 'optional', hashes: HASHES })
    const bag = message.certificates.map(({ bytes }) => decodeCertificate(bytes))
    return { kind: 'good', signer: verified.signer, hash: verified.hash, bag }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { kind: 'bad', code: error.code }
  }
}

/** The profile with its payloads in the clear. @throws CommandError `invalid` */
export const decryptProfile = async (profile: PlistDict, keyPath: string): Promise<PlistDict> =>
  await reading(async () => {
    const envelope = getData(profile, 'EncryptedPayloadContent')
    if (envelope === undefined) {
      throw new CommandError(ExitCode.invalid, 'the profile is not encrypted')
    }
    const { decrypter } = parseRsaKey(await readFile(keyPath, 'latin1'))
    const recipient = { certificate: undefined, decrypter }
    const payloads = parsePlist(openEnvelopedData(decodeEnvelopedData(envelope), recipient))
    if (!Array.isArray(payloads)) {
      throw new CommandError(ExitCode.invalid, 'what is encrypted is not an array of payloads')
    }
    const rest = [...profile].filter(([name]) => name !== 'EncryptedPayloadContent')
    return new Map<string, PlistValue>([...rest, ['PayloadContent', payloads]])
  })

const reading = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw toInputError(error)
  }
}
