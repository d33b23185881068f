import { type MasterKey, randomToken } from '../../keys/index.ts'

interface SecretOptions {
  readonly masterKey: MasterKey
}

/** What a secret is for: one of another kind has another hash. */
type SecretKind = 'token' | 'session' | 'api-token'

/** What is stored and looked up in place of a secret. */
export const hashSecret = (
  { masterKey }: SecretOptions,
  kind: SecretKind,
  secret: string,
): string => Buffer.from(masterKey.mac(kind, Buffer.from(secret))).toString('hex')

/** 32 random bytes after a prefix, and their hash. */
export const makeSecret = (
  options: SecretOptions,
  kind: SecretKind,
  prefix = '',
): { readonly secret: string; readonly hash: string } => {
  const secret = prefix + randomToken()
  return { secret, hash: hashSecret(options, kind, secret) }
}
