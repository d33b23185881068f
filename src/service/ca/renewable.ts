import { ProtocolError, ServiceError } from '../../errors.ts'
import type { Clock } from '../../model/index.ts'
import type { Identity } from '../../protocol/cms/index.ts'
import { type Certificate, certificateFingerprint } from '../../protocol/x509/index.ts'
import { type Db, transact } from '../../store/index.ts'
import { recordAudit } from '../journal/index.ts'
import { findPairFault, type GivenPair, type PairFiles, readGivenPair } from './given-pair.ts'
import {
  openServerCertificate,
  type ServerCertificate,
  type ServerCertificateOptions,
} from './server-certificate.ts'

/** What looking for a newer certificate came to. */
type Refresh =
  | { readonly kind: 'same' }
  /** `notAfter`: milliseconds since 1970. */
  | { readonly kind: 'replaced'; readonly notAfter: number }
  /** What was found is not used; told once for the same content. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }

/** A certificate that can be replaced while it is in use. */
export interface Renewable {
  /** What it is for: the first word of the audit's action. */
  readonly role: RenewableRole
  /** The files that it comes from; none for one of our own CA. */
  readonly files: readonly string[]
  /** What is wrong with the one of the start, which is used all the same: there is no other. */
  readonly fault: ServiceError | undefined
  readonly current: ServerCertificate
  refresh(): Promise<Refresh>
}

type RenewableRole = 'tls' | 'signer'

interface Journal {
  readonly db: Db
  readonly clock: Clock
}

/** A pair given in files, which somebody else renews. */
export interface RenewablePair extends Renewable {
  readonly identity: Identity
}

/**
 * Opens a pair for `host`; undefined: for no host, to sign only. A changed pair is used when it is whole and nothing
 * is wrong with it; else the one before it stays.
 * @throws ServiceError, ProtocolError as `readGivenPair`
 */
export const openGivenPair = async (
  journal: Journal,
  { role, host, ...paths }: PairFiles & { readonly role: RenewableRole; readonly host?: string },
): Promise<RenewablePair> => {
  const findFault = (pair: GivenPair) => findPairFault(pair, { at: journal.clock.now(), host })
  let current = await readGivenPair(paths)
  let refused: string | undefined
  const keep = async (error: ProtocolError | ServiceError, seen: string): Promise<Refresh> => {
    const isKnown = refused === seen
    refused = seen
    if (isKnown) return { kind: 'same' }
    const { code } = error
    await record(journal, { action: `${role}.replace`, outcome: 'refused', code })
    return { kind: 'refused', code, detail: detailOf(error) }
  }
  return {
    role,
    files: [paths.certificateFile, paths.keyFile],
    fault: findFault(current),
    get current() {
      return current
    },
    get identity() {
      return current.identity
    },
    async refresh() {
      const found = await readGivenPair(paths).catch(toExpected)
      if (found instanceof Error) return await keep(found, found.code)
      if (found.certificate === current.certificate && found.privateKey === current.privateKey) {
        refused = undefined
        return { kind: 'same' }
      }
      const fault = findFault(found)
      if (fault !== undefined) return await keep(fault, fault.code + found.certificate)
      current = found
      refused = undefined
      return await replaced(journal, role, found.identity.certificate)
    },
  }
}

/** The TLS certificate of our own CA; made anew before it ends. @throws ServiceError `ca_absent`, `ca_expired` */
export const openOwnCertificate = async (options: ServerCertificateOptions): Promise<Renewable> => {
  let current = await openServerCertificate(options)
  return {
    role: 'tls',
    files: [],
    fault: undefined,
    get current() {
      return current
    },
    async refresh() {
      const found = await openServerCertificate(options)
      if (found.certificate === current.certificate) return { kind: 'same' }
      current = found
      return await replaced(options, 'tls', found.decoded)
    },
  }
}

/** Writes down that another certificate is in use. */
export const replaced = async (
  journal: Journal,
  role: RenewableRole,
  { bytes, notAfter }: Certificate,
): Promise<Refresh> => {
  const subject = certificateFingerprint(bytes)
  await record(journal, { action: `${role}.replace`, outcome: 'done', subject })
  return { kind: 'replaced', notAfter }
}

const record = (
  { db, clock }: Journal,
  report: Pick<Parameters<typeof recordAudit>[1], 'action' | 'outcome' | 'code' | 'subject'>,
): Promise<void> =>
  transact(db, (tx) =>
    recordAudit(tx, { ...report, at: clock.now(), actor: 'system', origin: undefined }),
  )

const toExpected = (error: unknown): ProtocolError | ServiceError => {
  if (error instanceof ServiceError || error instanceof ProtocolError) return error
  throw error
}

const detailOf = (error: ProtocolError | ServiceError): string =>
  error instanceof ServiceError ? error.detail : error.message
