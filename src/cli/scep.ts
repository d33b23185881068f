import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { decode, Tag } from '../protocol/asn1/index.ts'
import {
  decodeEnvelopedData,
  decodeSignedData,
  type SignedData,
  verifyDecoded,
} from '../protocol/cms/index.ts'
import { decodeTransaction, findPrintable } from '../protocol/scep/index.ts'
import { decodeCertificate } from '../protocol/x509/index.ts'
import { describeCertificate } from '../sim/index.ts'
import { toInputError } from './failure.ts'
import { addOutputOption, type OutputFormat, printAnswer } from './output.ts'
import { type Terminal, toOneLine } from './terminal.ts'

/** `windfall scep …`: looks into messages. It needs no server. */
export const scepCommand = (terminal: Terminal): Command =>
  new Command('scep')
    .description('look into SCEP messages; needs no server')
    .addCommand(decodeCommand(terminal))

const decodeCommand = (terminal: Terminal): Command =>
  addOutputOption(
    new Command('decode')
      .description('say what a PKIOperation, its answer, or an answer to GetCACert holds')
      .argument('<file>', 'the message, DER')
      .action(async (path: string, { output }: { readonly output: OutputFormat }) => {
        const answer = await readMessage(path)
        printAnswer(terminal, { format: output, answer }, () => formatFacts(answer))
      }),
  )

type Facts = Readonly<Record<string, unknown>>

const readMessage = async (path: string): Promise<Facts> => {
  try {
    return describe(await readFile(path))
  } catch (error) {
    throw toInputError(error)
  }
}

const describe = (bytes: Uint8Array): Facts => {
  if (isCertificate(bytes)) {
    return { kind: 'certificate', certificates: [describeCertificate(decodeCertificate(bytes))] }
  }
  const message = decodeSignedData(bytes)
  return message.signerInfos.length === 0
    ? { kind: 'certificates', certificates: describeBag(message) }
    : describePkiMessage(message)
}

// What comes first in a ContentInfo is an object identifier, in a certificate what was signed.
const isCertificate = (bytes: Uint8Array): boolean =>
  decode(bytes, 'ber').children[0]?.tag === Tag.sequence

const describeBag = ({ certificates }: SignedData) =>
  certificates.map(({ bytes }) => describeCertificate(decodeCertificate(bytes)))

// RFC 8894 §3.2.1.2 and §3.2.1.3.
const MESSAGE_TYPES: ReadonlyMap<string | undefined, string> = new Map([
  ['3', 'CertRep'],
  ['17', 'RenewalReq'],
  ['19', 'PKCSReq'],
  ['20', 'CertPoll'],
  ['21', 'GetCert'],
  ['22', 'GetCRL'],
])
const PKI_STATUSES: ReadonlyMap<string | undefined, string> = new Map([
  ['0', 'SUCCESS'],
  ['2', 'FAILURE'],
  ['3', 'PENDING'],
])

const describePkiMessage = (message: SignedData): Facts => {
  const content = message.content ?? new Uint8Array()
  const { attributes, hash, signer } = verifyDecoded(
    { ...message, content },
    { signedAttributes: 'required', hashes: ['sha1', 'sha256', 'sha384', 'sha512'] },
  )
  const messageType = findPrintable(attributes, 'messageType')
  const pkiStatus = findPrintable(attributes, 'pkiStatus')
  const envelope = content.length === 0 ? undefined : decodeEnvelopedData(content)
  return {
    kind: 'pkiMessage',
    messageType: MESSAGE_TYPES.get(messageType) ?? messageType ?? null,
    transactionID: decodeTransaction(attributes).id,
    pkiStatus: PKI_STATUSES.get(pkiStatus) ?? pkiStatus ?? null,
    failInfo: findPrintable(attributes, 'failInfo') ?? null,
    hash,
    contentEncryption: envelope?.cipher ?? null,
    signer: describeCertificate(signer),
  }
}

const formatFacts = (facts: Facts): string =>
  Object.entries(facts)
    .flatMap(([name, value]) =>
      Array.isArray(value)
        ? value.map((item: unknown) => [name, item] as const)
        : [[name, value] as const],
    )
    .map(([name, value]) => `${name.padEnd(18)} ${toOneLine(toText(value))}`)
    .join('\n')

const toText = (value: unknown): string => {
  if (typeof value === 'string') return value
  return value === null ? 'none' : JSON.stringify(value)
}
