import { after } from 'node:test'
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from '../../src/protocol/x509/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'

/** The program, in a folder that holds `ca`, `rsa`, `ec`, `other` (`.pem`, `.der`, `.key`) and `content`. */
export const openssl = new Openssl()
after(() => openssl[Symbol.dispose]())
export const options = { skip: skipWithoutOpenssl }

export const ca = makeHolder({
  key: makeKey('p-256'),
  subject: [[['O', 'ACME Inc.']], [['CN', 'windfall root']]],
  extensions: [basicConstraints({ ca: true, pathLength: 1 }), keyUsage('keyCertSign', 'cRLSign')],
})
const issue = (kind: 'rsa-2048' | 'p-256', serialNumber: number): Holder =>
  makeHolder({
    key: makeKey(kind),
    issuer: ca,
    subject: [[['C', 'DE']], [['O', 'ACME, Inc.']], [['CN', 'Zürich']]],
    serialNumber: Uint8Array.of(0xff, serialNumber),
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature', 'keyEncipherment'),
      extendedKeyUsage('clientAuth', 'serverAuth'),
      subjectAltName(['windfall.example', '192.0.2.1', '2001:db8::1']),
    ],
  })
export const rsa = issue('rsa-2048', 1)
export const ec = issue('p-256', 2)
export const other = issue('rsa-2048', 3)

const write = (name: string, holder: Holder): void => {
  openssl.write(`${name}.der`, holder.certificate.bytes)
  openssl.write(`${name}.pem`, pem('CERTIFICATE', holder.certificate.bytes))
  openssl.write(`${name}.key`, holder.key.export({ type: 'pkcs8', format: 'pem' }))
}
const pem = (label: string, bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
for (const [name, holder] of Object.entries({ ca, rsa, ec, other })) write(name, holder)

export const content = Buffer.from('<plist version="1.0"><dict/></plist>\r\n\n'.repeat(300))
openssl.write('content', content)
