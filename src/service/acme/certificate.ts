import type { AcmeCertificateId } from '../../model/index.ts'
import { findAcmeCertificate } from '../../store/index.ts'
import { type GivenPair, type Renewable, replaced } from '../ca/index.ts'
import type { AcmeOptions } from './options.ts'
import { findFault, openStored } from './pair.ts'

interface Stored {
  readonly id: AcmeCertificateId
  readonly pair: GivenPair
}

/** The newest certificate of the database, whichever server ordered it; `openOwn` until there is one that is good. */
export const openAcmeCertificate = async (
  options: AcmeOptions,
  openOwn: () => Promise<Renewable>,
): Promise<Renewable> => {
  let stored = await findGood(options)
  const own = stored === undefined ? await openOwn() : undefined
  return {
    role: 'tls',
    files: [],
    fault: undefined,
    get current() {
      if (stored !== undefined) return stored.pair
      if (own === undefined) throw new Error('there is no certificate')
      return own.current
    },
    async refresh() {
      const found = await findGood(options, stored)
      if (found === undefined) return (await own?.refresh()) ?? { kind: 'same' }
      if (found === stored) return { kind: 'same' }
      stored = found
      return await replaced(options, 'tls', found.pair.identity.certificate)
    },
  }
}

const findGood = async (options: AcmeOptions, known?: Stored): Promise<Stored | undefined> => {
  const { db, host } = options
  const found = await findAcmeCertificate(db, host)
  if (found === undefined || found.id === known?.id) return known
  const pair = openStored(options, found)
  return findFault(options, pair) === undefined ? { id: found.id, pair } : known
}
