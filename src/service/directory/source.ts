import type { Connection } from '../../model/index.ts'
import type { Credentials } from '../credential/index.ts'
import type { Origin } from '../journal/index.ts'

/** Somebody as a directory knows them. */
export interface Person {
  readonly externalId: string
  readonly name: string
  readonly fullName: string | null
  readonly email: string | null
  /** Null: it is not known. */
  readonly attributes: Readonly<Record<string, string | null>>
  readonly groups: readonly string[]
}

/** Why a directory does not vouch for somebody. For operators: whoever signs in is told nothing of it. */
export type Refusal =
  | 'directory_name_unknown'
  | 'directory_name_ambiguous'
  /** It does not say whether the name is unknown or the password wrong. */
  | 'directory_said_no'
  | 'directory_password_wrong'
  | 'directory_person_disabled'
  | 'directory_person_unfit'
  | 'directory_group_missing'

export type Verdict =
  | { readonly kind: 'vouched'; readonly person: Person }
  | { readonly kind: 'refused'; readonly code: Refusal }

export const refusing = (code: Refusal): Verdict => ({ kind: 'refused', code })

/** One step of a trial, as an operator sees it. */
export interface TrialStep {
  readonly name: 'connect' | 'search' | 'person' | 'groups'
  readonly isOk: boolean
  readonly seen: string
}

export interface Trial {
  readonly steps: readonly TrialStep[]
  /** Who was looked up, or the first who was found. */
  readonly person: Person | undefined
}

/** A directory that can be asked. Whatever it throws as `unavailable` says that it could not answer. */
export interface Source extends Disposable {
  /** The password is one that may be asked about. @throws ServiceError unavailable `outbound_…`, `ldap_…`, `hook_…` */
  signIn(credentials: Credentials, origin: Origin): Promise<Verdict>
  /** Looks whether it is there. @throws as `signIn` */
  probe(): Promise<void>
  /** Everybody for whom it vouches; undefined: it cannot say. @throws as `signIn` */
  readonly everybody: (() => AsyncGenerator<readonly Person[]>) | undefined
  /** Never rejects for what is wrong with the directory: that is what it tells. */
  try(name: string | undefined): Promise<Trial>
  connection(): Connection
}
