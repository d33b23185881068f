export { createDecrypter } from './decrypter.ts'
export { type KeyType, makeKeyPair } from './generate.ts'
export { MasterKey } from './master-key.ts'
export { loadMasterKey } from './master-key-file.ts'
export { openWithPassphrase, requirePassphrase, sealWithPassphrase } from './passphrase-file.ts'
export {
  hashPassword,
  requirePasswordLength,
  verifyAgainstNothing,
  verifyPassword,
} from './password.ts'
export {
  exportPrivateKey,
  exportPrivateKeyPem,
  importPrivateKey,
  importPrivateKeyPem,
} from './private-key.ts'
export { randomToken } from './random.ts'
export { createSigner } from './signer.ts'
