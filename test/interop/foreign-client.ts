import { createHash, type KeyObject } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyUsage,
} from '../../src/protocol/x509/index.ts'
import { type Holder, makeHolder, makeKey, publicKeyOf } from '../codec/holder.ts'
import { attribute } from '../codec/message.ts'
import type { MessageForm } from './foreign-message.ts'

/** A SCEP client of other hands, rebuilt from what was read off its wire or in its source. */
export interface ForeignClient {
  readonly name: string
  /** Where its questions and messages go; `/scep` unless said otherwise. */
  readonly path?: string
  readonly version?: '1.0' | '1.1'
  /** Header fields, in the order in which it writes them. */
  readonly headers: (host: string) => readonly string[]
  /** Beside those, where it posts. */
  readonly postHeaders?: readonly string[]
  /** Queries before its message. */
  readonly questions: readonly string[]
  /** The query of its message; undefined: it posts. */
  readonly query?: (message: Buffer) => string
  readonly postQuery?: string
  readonly form: MessageForm
  readonly transactionId: (key: KeyObject) => string
  readonly signer?: (key: KeyObject) => Holder
  /** Of the request inside; 0 unless said otherwise. */
  readonly requestVersion?: number
}

const digest = (hash: string, key: KeyObject): string =>
  createHash(hash).update(publicKeyOf(key)).digest('hex')

const hostWithPort = (host: string): readonly string[] => [`Host: ${host}`]

const wrapped = (message: Buffer, columns: number): string =>
  message.toString('base64').replaceAll(new RegExp(`.{1,${columns}}`, 'g'), '$&%0A')

const percentEncoded = (base64: string): string =>
  base64.replaceAll('+', '%2B').replaceAll('=', '%3D')

const SHA256_AES128 = { hash: 'sha256', cipher: 'aes-128-cbc', nonceLength: 16 } as const

/** As Apple's clients sign: with a key made for the message, under serial number 1. */
const throwAwayKey = makeKey('rsa-2048')
const appleSigner = (): Holder =>
  makeHolder({
    key: throwAwayKey,
    subject: [[['CN', 'MDM SCEP SIGNER']], [['C', 'US']]],
    extensions: [keyUsage('digitalSignature'), extendedKeyUsage('clientAuth')],
  })
const appleId = (key: KeyObject): string => digest('sha1', key).toUpperCase()
const APPLE_HEADERS = (agent: string) => (host: string) => [
  `Host: ${host}`,
  'Accept: */*',
  `User-Agent: ${agent}`,
  'Accept-Language: en-US,en;q=0.9',
  'Accept-Encoding: gzip, deflate',
  'Connection: keep-alive',
]

const CMS_ALGORITHM_PROTECTION = attribute('1.2.840.113549.1.9.52', der.sequence())
const RANDOM_NONCE = attribute('1.2.840.113549.1.9.25.3', der.octetString(Buffer.alloc(8, 7)))
const CHALLENGE_IN_THE_CLEAR = attribute('1.2.840.113549.1.9.7', der.printableString('by mistake'))

export const FOREIGN_CLIENTS: readonly ForeignClient[] = [
  {
    // src/net.c: the Host without a port, no Content-Type, and everything in one send.
    name: 'sscep 0.10',
    headers: (host) => [`Host: ${host.replace(/:\d+$/, '')}`, 'Connection: close'],
    questions: [
      'operation=GetCACert&message=CAIdentifier',
      'operation=GetCACaps&message=CAIdentifier',
    ],
    postQuery: 'operation=PKIOperation',
    form: SHA256_AES128,
    transactionId: (key) => digest('md5', key).toUpperCase(),
  },
  {
    // Before 0.9: base64 in lines of 64 with a line end after the last, `+`, `-`, `=` and line ends escaped.
    name: 'sscep 0.6',
    version: '1.0',
    headers: () => [],
    questions: ['operation=GetCACert&message=CAIdentifier'],
    query: (message) => `operation=PKIOperation&message=${percentEncoded(wrapped(message, 64))}`,
    form: { hash: 'sha1', cipher: 'des-ede3-cbc', nonceLength: 16 },
    transactionId: (key) => digest('md5', key).toUpperCase(),
  },
  {
    name: 'micromdm scepclient 2.3',
    headers: (host) => [`Host: ${host}`, 'User-Agent: Go-http-client/1.1', 'Accept-Encoding: gzip'],
    postHeaders: ['Content-Type: application/octet-stream'],
    questions: ['operation=GetCACert', 'operation=GetCACaps'],
    postQuery: 'operation=PKIOperation',
    form: { hash: 'sha1', cipher: 'des-cbc', nonceLength: 16, namesSignatureHash: true },
    transactionId: (key) => Buffer.from(digest('sha1', key), 'hex').toString('base64'),
  },
  {
    name: 'micromdm scepclient 2.3 by GET',
    headers: (host) => [`Host: ${host}`, 'User-Agent: Go-http-client/1.1', 'Accept-Encoding: gzip'],
    questions: ['operation=GetCACert'],
    query: (message) => `message=${message.toString('base64url')}&operation=PKIOperation`,
    form: { hash: 'sha1', cipher: 'des-cbc', nonceLength: 16, namesSignatureHash: true },
    transactionId: (key) => Buffer.from(digest('sha1', key), 'hex').toString('base64'),
  },
  {
    name: 'jscep 2.5',
    headers: (host) => [
      'User-Agent: Java/17.0.15',
      `Host: ${host}`,
      'Accept: text/html, image/gif, image/jpeg, */*; q=0.2',
      'Connection: keep-alive',
    ],
    postHeaders: ['Content-Type: application/octet-stream'],
    questions: [
      'operation=GetCACaps&message=',
      'operation=GetCACaps&message=',
      'operation=GetCACert&message=',
      'operation=GetCACaps&message=',
      'operation=GetCACert&message=',
      'operation=GetCACaps&message=',
    ],
    postQuery: 'operation=PKIOperation',
    form: { ...SHA256_AES128, encoding: 'chunked', attributes: [CMS_ALGORITHM_PROTECTION] },
    transactionId: (key) => digest('sha1', key),
  },
  {
    name: 'jscep 2.5 by GET',
    headers: (host) => ['User-Agent: Java/17.0.15', `Host: ${host}`, 'Connection: keep-alive'],
    questions: ['operation=GetCACert&message=', 'operation=GetCACaps&message='],
    query: (message) =>
      `operation=PKIOperation&message=${message.toString('base64').replaceAll('=', '%3D')}`,
    form: { ...SHA256_AES128, encoding: 'chunked', attributes: [CMS_ALGORITHM_PROTECTION] },
    transactionId: (key) => digest('sha1', key),
  },
  {
    name: 'certmonger 0.79',
    headers: (host) => [`Host: ${host}`, 'Accept: */*'],
    questions: [
      'operation=GetCACaps&message=0',
      'operation=GetCACert&message=0',
      'operation=GetCACert&message=1',
    ],
    query: (message) =>
      `operation=PKIOperation&message=${percentEncoded(message.toString('base64'))}`,
    form: { hash: 'sha256', cipher: 'aes-256-cbc', nonceLength: 16 },
    transactionId: (key) =>
      BigInt(`0x${digest('sha256', key)}`)
        .toString()
        .padStart(77, '1'),
  },
  {
    name: 'strongSwan 5.9',
    headers: (host) => [`Host: ${host}`, 'Accept: */*'],
    questions: ['operation=GetCACert', 'operation=GetCACaps'],
    postQuery: 'operation=PKIOperation',
    form: SHA256_AES128,
    transactionId: appleId,
  },
  {
    name: 'iOS profiled',
    headers: APPLE_HEADERS('profiled/1.0 CFNetwork/1568.200.51 Darwin/24.1.0'),
    postHeaders: ['Content-Type: application/x-pki-message'],
    questions: [
      'operation=GetCACert&message=Profile%20Service',
      'operation=GetCACaps&message=Profile%20Service',
    ],
    postQuery: 'operation=PKIOperation',
    form: { ...SHA256_AES128, encoding: 'chunked', nonceLength: 8 },
    transactionId: appleId,
    signer: appleSigner,
  },
  {
    // Captured 2016 and 2017: SHA-1 or SHA-512 with 3DES, version 2 of a request, a challenge among the attributes.
    name: 'macOS mdmclient by GET',
    headers: APPLE_HEADERS('mdmclient (unknown version) CFNetwork/807.3 Darwin/16.4.0 (x86_64)'),
    questions: ['operation=GetCACaps&message=', 'operation=GetCACert&message='],
    query: (message) =>
      `operation=PKIOperation&message=${message.toString('base64').replaceAll('=', '%3D')}`,
    form: {
      hash: 'sha512',
      cipher: 'des-ede3-cbc',
      nonceLength: 8,
      attributes: [CHALLENGE_IN_THE_CLEAR],
    },
    transactionId: appleId,
    signer: appleSigner,
    requestVersion: 2,
  },
  {
    // No Host, no nonce, and a clock that begins in 1993.
    name: 'Cisco IOS',
    path: '/cgi-bin/pkiclient.exe',
    version: '1.0',
    headers: () => ['User-Agent: Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)'],
    questions: ['operation=GetCACert&message=TRUSTPOINT'],
    query: (message) => `operation=PKIOperation&message=${wrapped(message, 76)}`,
    form: { hash: 'sha1', cipher: 'des-ede3-cbc', nonceLength: 0 },
    transactionId: (key) => digest('md5', key).toUpperCase(),
    signer: (key) =>
      makeHolder({
        key,
        subject: [[['CN', 'router']]],
        notBefore: Date.UTC(1993, 2, 1),
        notAfter: Date.UTC(2003, 2, 1),
      }),
  },
  {
    name: 'Windows and Intune',
    path: '/certsrv/mscep/mscep.dll/pkiclient.exe',
    headers: (host) => [
      'Connection: Keep-Alive',
      'Accept: */*',
      'User-Agent: Mozilla/4.0 (compatible; Win32; NDES client 10.0.22621.1/ni_release)',
      `Host: ${host}`,
    ],
    postHeaders: ['Content-Type: application/x-pki-message'],
    questions: ['operation=GetCACaps&message=default', 'operation=GetCACert&message=default'],
    postQuery: 'operation=PKIOperation&message=default',
    form: { ...SHA256_AES128, cipher: 'aes-256-cbc', keyTransport: 'oaep' },
    transactionId: (key) => digest('sha256', key).toUpperCase(),
    signer: (key) => {
      const { certificate } = makeHolder({ key })
      const identifier = authorityKeyIdentifier(certificate.publicKey.identifier)
      const subject = [[['CN', 'SCEPProtocolCertificate'] as const]]
      return makeHolder({ key, subject, extensions: [{ ...identifier, critical: true }] })
    },
  },
  {
    name: 'cryptlib 3.4',
    headers: (host) => [`Host: ${host}`, 'Connection: close'],
    postHeaders: ['Content-Type: application/x-pki-message', 'Cache-Control: no-cache'],
    questions: ['operation=GetCACaps&message=*', 'operation=GetCACert&message=*'],
    postQuery: 'operation=PKIOperation',
    form: { ...SHA256_AES128, attributes: [RANDOM_NONCE] },
    transactionId: () => '7XXEY-ERLPU-2JDR9',
  },
  {
    name: 'scepreq 0.1',
    headers: (host) => [
      `Host: ${host}`,
      'User-Agent: python-requests/2.34.2',
      'Accept-Encoding: gzip, deflate',
      'Accept: */*',
      'Connection: keep-alive',
    ],
    questions: ['operation=GetCACaps&message=', 'operation=GetCACert&message='],
    postQuery: 'operation=PKIOperation&message=',
    form: { ...SHA256_AES128, cipher: 'aes-256-cbc' },
    transactionId: (key) => digest('sha1', key),
  },
  {
    name: 'a client that sends a bare EnvelopedData and a transactionID in UTF-8',
    headers: hostWithPort,
    questions: ['operation=getcacaps', 'OPERATION=getcacert'],
    postQuery: 'operation=pkioperation',
    form: { ...SHA256_AES128, isBareEnvelope: true, transactionIdType: 'utf8' },
    transactionId: () => 'no-one’s_id',
  },
]
