import { type Cipher, sealEnvelopedData } from '../../src/protocol/cms/index.ts'
import { openRequest, type ScepRefusal, type ScepRequest } from '../../src/protocol/scep/index.ts'
import { STANDARD_KEY_POLICY } from '../../src/protocol/x509/index.ts'
import { refusal } from './damage.ts'
import { makeDecrypter, makeHolder, makeKey } from './holder.ts'
import { certificateRequest } from './pki-message.ts'

/** Whom requests are sealed to. */
export const ra = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'RA']]] })
/** Who signs them. */
export const device = makeHolder({
  key: makeKey('rsa-2048'),
  subject: [[['CN', 'MDM SCEP SIGNER']]],
})
/** What is to be certified. */
export const requested = { key: makeKey('rsa-2048') }

export const recipient = { certificate: ra.certificate, decrypter: makeDecrypter(ra.key) }
export const open = (bytes: Uint8Array, allowSingleDes = false): ScepRequest | ScepRefusal =>
  openRequest(bytes, { recipient, keyPolicy: STANDARD_KEY_POLICY, allowSingleDes })

export const seal = (content: Uint8Array, cipher: Cipher = 'aes-128-cbc'): Uint8Array =>
  sealEnvelopedData(content, { recipient: ra.certificate, cipher })
export const request = certificateRequest(requested)
export const envelope = seal(request)

/** `request`, `failInfo code` of a refusal, or the code of what is thrown. */
export const outcomeOf = (bytes: Uint8Array, allowSingleDes = false): string => {
  let outcome = ''
  const code = refusal(() => {
    const opened = open(bytes, allowSingleDes)
    outcome = opened.kind === 'request' ? 'request' : `${opened.failInfo} ${opened.code}`
  })
  return code ?? outcome
}
