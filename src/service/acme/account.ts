import type { KeyObject } from 'node:crypto'
import { exportPrivateKey, importPrivateKey, makeKeyPair } from '../../keys/index.ts'
import { findAcmeAccountKey, insertAcmeAccount } from '../../store/index.ts'
import type { AcmeOptions } from './options.ts'

/** The key of the account at the CA; made by the first server that asks. */
export const ensureAccountKey = async (options: AcmeOptions): Promise<KeyObject> => {
  const { db, masterKey, clock, directoryUrl } = options
  const context = { table: 'acme_account', row: directoryUrl, column: 'sealed_private_key' }
  const find = () => findAcmeAccountKey(db, directoryUrl)
  let sealed = await find()
  if (sealed === undefined) {
    const { privateKey } = await makeKeyPair('p-256')
    const sealedPrivateKey = masterKey.seal(exportPrivateKey(privateKey), context)
    await insertAcmeAccount(db, { directoryUrl, sealedPrivateKey, createdAt: clock.now() })
    sealed = (await find()) ?? sealedPrivateKey
  }
  return importPrivateKey(masterKey.open(sealed, context))
}
