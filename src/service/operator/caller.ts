import {
  type OperatorId,
  PERMISSIONS,
  type Permission,
  type SessionId,
  type TokenId,
} from '../../model/index.ts'
import { type Actor, OWNER } from '../journal/index.ts'

/** Who asks for something, and what they may. */
export interface Caller extends Actor {
  /** Null: the owner of the data directory, or a token that they made. */
  readonly operatorId: OperatorId | null
  /** The session that the request came with, if it came with one. */
  readonly sessionId: SessionId | undefined
  /** The API token that the request came with, if it came with one. */
  readonly tokenId: TokenId | undefined
  readonly permissions: ReadonlySet<Permission>
}

/** Whoever may read the data directory. */
export const OWNER_CALLER: Caller = {
  ...OWNER,
  operatorId: null,
  sessionId: undefined,
  tokenId: undefined,
  permissions: new Set(PERMISSIONS),
}

/** Whose sessions or tokens a caller may touch: those of all with the permission `all`, else their own. */
export const reachOf = (
  { operatorId, permissions }: Caller,
  all: Permission,
): OperatorId | 'all' | 'none' => (permissions.has(all) ? 'all' : (operatorId ?? 'none'))

/** Of things that belong to operators. */
export interface Owned {
  /** Only what belongs to this one. */
  readonly operatorId?: OperatorId | undefined
}

/** What of a reach belongs to one operator. */
export const narrowReach = (
  reach: OperatorId | 'all' | 'none',
  operator: OperatorId | undefined,
): OperatorId | 'all' | 'none' => {
  if (operator === undefined || reach === operator) return reach
  return reach === 'all' ? operator : 'none'
}
