import { constants, publicEncrypt, randomBytes, verify } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import type { Identity } from '../../protocol/cms/index.ts'
import type { Authority } from './authority.ts'

/** What is signed to see whether a key can. */
const SAMPLE = Buffer.from('windfall: can this key sign?')
const CONTENT_KEY_BYTES = 16

/**
 * Signs with every key that is in use and verifies with its certificate, and opens what is encrypted to the one that
 * opens requests.
 * @throws ServiceError unavailable `key_unusable`
 */
export const assertKeysUsable = async ({
  issuing,
  responder,
  profileSigner,
}: Authority): Promise<void> => {
  for (const identity of [issuing, responder, profileSigner]) {
    if (!(await canSign(identity))) throw unusable()
  }
  const contentKey = randomBytes(CONTENT_KEY_BYTES)
  const { key } = responder.certificate.publicKey
  const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey)
  const opened = responder.decrypter.decrypt(encrypted, 'rsaes-pkcs1-v1_5', CONTENT_KEY_BYTES)
  if (!contentKey.equals(opened)) throw unusable()
}

const canSign = async ({ signer, certificate }: Identity): Promise<boolean> => {
  const signature = await signer.sign(SAMPLE, 'sha256')
  return verify('sha256', SAMPLE, certificate.publicKey.key, signature)
}

const unusable = (): ServiceError =>
  new ServiceError('unavailable', 'key_unusable', 'a key of the server does not do its work')
