import { decodeSignedData } from '../../src/protocol/cms/index.ts'
import { formatPlist } from '../../src/protocol/plist/index.ts'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import {
  type Certificate,
  decodeCertificate,
  decodeName,
  formatName,
} from '../../src/protocol/x509/index.ts'
import { openProfile } from '../device.ts'
import type { Answer } from '../request.ts'
import type { Sent, Stage } from './stage.ts'

/** One exchange, in words that two servers can agree on. */
export interface Exchange {
  readonly sent: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What differs from run to run though nothing else does. */
const RANDOM: Readonly<Record<string, RegExp>> = {
  id: /\b(?:acc|aud|crt|chl|dev|enr|key|stp|tok)_[0-9a-hjkmnp-tv-z]{26}/g,
  uuid: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  fingerprint: /\b[0-9a-f]{2}(?:[: ][0-9a-f]{2}){15,}\b/gi,
  hex: /\b[0-9a-f]{32,}\b/gi,
  tag: /(?<=^")[\w-]{27}(?="$)/g,
  secret: /(?<![\w-])[\w-]{43}(?![\w-])/g,
  device: /\b[0-9A-F]{16}\b/g,
  serial: /\b[0-9A-F]{10}\b/g,
}
/** Signatures of P-256 are 70 to 72 bytes, and what holds one differs in length as well. */
const LENGTH = /(?<="bytes":)\d+|(?<=<dt>bytes<\/dt><dd>)\d+/g
const DATA = /<data>[^<]*<\/data>/g
const UNSTEADY_HEADERS = new Set(['date', 'content-length', 'connection', 'keep-alive'])

/**
 * A stage that writes down what is sent and answered. Random words become numbers in the order in which they first
 * appear, so that the same word stays the same word.
 */
export const transcribe = (
  stage: Stage,
): { readonly stage: Stage; readonly exchanges: readonly Exchange[] } => {
  const exchanges: Exchange[] = []
  const numbers = new Map<string, string>()
  const steady = (text: string): string => {
    let result = text.replaceAll(LENGTH, 'so many').replaceAll(DATA, '<data/>')
    for (const [kind, pattern] of Object.entries(RANDOM)) {
      result = result.replaceAll(pattern, (word) => {
        const number = numbers.get(word) ?? `{${kind} ${numbers.size}}`
        numbers.set(word, number)
        return number
      })
    }
    return result
  }
  const send = async (request: Sent): Promise<Answer> => {
    const answer = await stage.send(request)
    exchanges.push({
      sent: steady(`${request.method ?? 'GET'} ${request.path.replace(/&message=.{99,}/, '…')}`),
      status: answer.status,
      headers: Object.fromEntries(
        Object.entries(answer.headers)
          .filter(([name]) => !UNSTEADY_HEADERS.has(name))
          .map(([name, value]) => [name, steady(String(value))]),
      ),
      body: steady(describe(answer)),
    })
    return answer
  }
  return { stage: { ...stage, send }, exchanges }
}

/** What a body says; of what is signed and encrypted, what can be read without a key. */
const describe = ({ headers, body }: Answer): string => {
  switch (headers['content-type']) {
    case 'application/x-apple-aspen-config':
      return Buffer.from(formatPlist(openProfile(body))).toString()
    case 'application/x-pki-message':
      return describeReply(body)
    case 'application/x-x509-ca-cert':
      return describeCertificate(decodeCertificate(body))
    case 'application/x-x509-ca-ra-cert':
      return decodeCertificates(body).map(describeCertificate).join('\n')
    default:
      return body.toString()
  }
}

/** The attributes of a CertRep that hold text; of the others, that they are there. */
const describeReply = (bytes: Uint8Array): string => {
  const { signerInfos, content } = decodeSignedData(bytes)
  const attributes = [...(signerInfos[0]?.signedAttributes?.values ?? [])]
  const texts = attributes.map(([oid, [value]]) => {
    const isText = value?.tag === 0x13 || value?.tag === 0x0c
    return `${oid}: ${isText ? value.text() : 'bytes'}`
  })
  return [content === undefined ? 'empty' : 'full', ...texts].join('\n')
}

const describeCertificate = (certificate: Certificate): string =>
  [
    ...[certificate.subject, certificate.issuer].map((name) => formatName(decodeName(name))),
    ...[certificate.notBefore, certificate.notAfter].map((time) => new Date(time).toISOString()),
    ...[...certificate.extensions.values()].map(({ oid, critical }) => `${oid} ${critical}`),
  ].join(', ')
