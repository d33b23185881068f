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
