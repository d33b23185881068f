import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '../errors.ts'
import { decodeEnvelopedData, openEnvelopedData, verifySignedData } from '../protocol/cms/index.ts'
import { expectDict, getData, parsePlist } from '../protocol/plist/index.ts'
import { formatCertificatePem } from '../protocol/x509/index.ts'
import type { Device } from '../sim/index.ts'
import type { Stage } from './demo-stage.ts'
import { exchange } from './exchange.ts'

/** Something that must not work, and was tried. */
export interface Proof {
  readonly claim: string
  /** How it was refused; undefined: it was not. */
  readonly refusal: string | undefined
}

/** Tries what an attacker would try with the messages that the phone sent and got. */
export const tryAttacks = async (stage: Stage, signal: AbortSignal): Promise<readonly Proof[]> => {
  const profile = await readArchived(stage.archive, '-phase3.response.mobileconfig')
  const introduction = await readArchived(stage.archive, '-phase2.request.p7m')
  return [
    {
      claim: "Another phone's key does not open the settings",
      refusal: refusalOf(() => readSettings(profile, stage.otherPhone)),
    },
    {
      claim: 'A copy of the settings with one bit flipped is not genuine any more',
      refusal: refusalOf(() => verify(flipBit(profile))),
    },
    {
      claim: "The phone's introduction, recorded and sent again, is not taken twice",
      refusal: await sendAgain(introduction, stage, signal),
    },
  ]
}

const readArchived = async (directory: string, ending: string): Promise<Uint8Array> => {
  const name = (await readdir(directory)).find((each) => each.endsWith(ending))
  if (name === undefined) throw new Error(`the archive of the phone has no …${ending}`)
  return await readFile(join(directory, name))
}

const verify = (profile: Uint8Array): Uint8Array =>
  verifySignedData(profile, { signedAttributes: 'optional', hashes: ['sha256'] }).content

const readSettings = (profile: Uint8Array, { identity, key }: Device): unknown => {
  const encrypted = getData(expectDict(parsePlist(verify(profile))), 'EncryptedPayloadContent')
  const envelope = decodeEnvelopedData(encrypted ?? new Uint8Array())
  const recipient = { certificate: identity.certificate, decrypter: key.decrypter }
  // One wrong key in 256 goes unnoticed by the padding, and yields noise.
  return parsePlist(openEnvelopedData(envelope, recipient))
}

const flipBit = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}

const refusalOf = (attempt: () => unknown): string | undefined => {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.message} (${error.code})`
    throw error
  }
}

const sendAgain = async (
  message: Uint8Array,
  { app, roots }: Stage,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { status, body } = await exchange({
    to: { kind: 'https', origin: app.publicUrl, roots: roots.map(formatCertificatePem).join('') },
    method: 'POST',
    path: '/profile',
    headers: { 'content-type': 'application/pkcs7-signature' },
    body: message,
    signal,
  })
  return status === 403 ? `the server answers 403: ${body.trim()}` : undefined
}
