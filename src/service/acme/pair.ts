import type { KeyObject } from 'node:crypto'
import type { ServiceError } from '../../errors.ts'
import { exportPrivateKey, importPrivateKey } from '../../keys/index.ts'
import type { AcmeCertificate, AcmeOrder } from '../../store/index.ts'
import { findPairFault, type GivenPair, openPair } from '../ca/index.ts'
import type { AcmeOptions } from './options.ts'

type Sealed = Pick<AcmeOrder, 'id' | 'sealedPrivateKey'>

const contextOf = ({ id }: Pick<Sealed, 'id'>) =>
  ({ table: 'acme_certificate', row: id, column: 'sealed_private_key' }) as const

export const sealKey = (
  { masterKey }: AcmeOptions,
  { id, key }: Pick<Sealed, 'id'> & { readonly key: KeyObject },
): Uint8Array => masterKey.seal(exportPrivateKey(key), contextOf({ id }))

export const openKey = ({ masterKey }: AcmeOptions, sealed: Sealed): KeyObject =>
  importPrivateKey(masterKey.open(sealed.sealedPrivateKey, contextOf(sealed)))

/** What a CA has just issued may begin so much later, by our clock. */
const SKEW_MS = 600_000

/** Why nobody would accept a certificate for the name; undefined where there is no reason. */
export const findFault = (
  { clock, host }: AcmeOptions,
  pair: GivenPair,
): ServiceError | undefined => {
  const now = clock.now()
  const { notBefore } = pair.identity.certificate
  return findPairFault(pair, { at: Math.max(now, Math.min(notBefore, now + SKEW_MS)), host })
}

/** @throws ServiceError `unseal_failed` */
export const openStored = (options: AcmeOptions, stored: AcmeCertificate): GivenPair =>
  openPair(Buffer.from(stored.chain), openKey(options, stored))
