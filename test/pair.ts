import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  basicConstraints,
  extendedKeyUsage,
  formatCertificatePem,
  keyUsage,
  subjectAltName,
} from '../src/protocol/x509/index.ts'
import { type Holder, makeHolder, makeKey } from './codec/holder.ts'

/** A root that the machine does not know, and the CA below it that certifies servers. */
export const publicRoot = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'Public Root']]],
  extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
})
export const intermediate = makeHolder({
  key: makeKey('p-256'),
  subject: [[['CN', 'Public Intermediate']]],
  issuer: publicRoot,
  extensions: [basicConstraints({ ca: true }), keyUsage('keyCertSign')],
})

export interface LeafOptions {
  readonly key?: Holder['key']
  readonly host?: string
  readonly notBefore?: number
  readonly notAfter?: number
}

/** A server's certificate of that CA, by default for `localhost`. */
export const makeLeaf = ({
  key = makeKey('p-256'),
  host = 'localhost',
  ...validity
}: LeafOptions = {}): Holder =>
  makeHolder({
    key,
    subject: [[['CN', host]]],
    issuer: intermediate,
    extensions: [
      keyUsage('digitalSignature'),
      extendedKeyUsage('serverAuth'),
      subjectAltName([host]),
    ],
    ...validity,
  })

export const chainPem = (...holders: readonly Holder[]): string =>
  holders.map(({ certificate }) => formatCertificatePem(certificate)).join('')

export const keyPem = ({ key }: Pick<Holder, 'key'>): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Puts a file where it belongs in one step, as those who renew certificates do. */
export const putFile = async (directory: string, name: string, text: string): Promise<string> => {
  const path = join(directory, name)
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
  return path
}
