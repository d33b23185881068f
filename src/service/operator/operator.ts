import { ServiceError } from '../../errors.ts'
import { hashPassword } from '../../keys/index.ts'
import { type JsonObject, newId, type OperatorId, type Role } from '../../model/index.ts'
import {
  changeOperator,
  type Executor,
  endSessionsOf,
  findOperatorByName,
  holdOperator,
  holdOwners,
  type Identity,
  insertOperator,
  isUniqueViolation,
  listOperators,
  type Operator,
  type OperatorChange,
  type OperatorFilter,
  type OperatorWithPassword,
  type Page,
  transact,
} from '../../store/index.ts'
import { type Credentials, createPasswordCheck, isName } from '../credential/index.ts'
import { type Actor, recordAudit } from '../journal/index.ts'
import type { OperatorOptions } from './options.ts'
import { type BegunSession, beginSession, type SignInContext } from './session.ts'

/** Characters. */
const SHORTEST_PASSWORD = 12

/** Throws where the operator is not as whoever changes them expects. */
type Require = (state: Operator) => void

/** With a password, an identity, or both. */
export interface NewOperator {
  readonly name: string
  readonly role: Role
  readonly password?: string | undefined
  readonly identity?: Identity | undefined
}

/** Who runs windfall. Changes of an operator end all their sessions. */
export interface OperatorService {
  /** @throws ServiceError as `prepareOperator`; conflict `operator_exists`, `identity_taken` */
  add(wanted: NewOperator, by: Actor): Promise<Operator>
  /** Oldest first. */
  list(wanted: OperatorFilter & Page<OperatorId>): Promise<readonly Operator[]>
  /** @throws ServiceError not_found `operator_unknown` */
  get(name: string): Promise<Operator>
  /** @throws ServiceError not_found `operator_unknown`; conflict `operator_disabled`, `last_owner` */
  setRole(name: string, role: Role, by: Actor, require?: Require): Promise<Operator>
  /** @throws ServiceError as `setRole`; invalid `password_short`, `password_too_long` */
  setPassword(name: string, password: string, by: Actor, require?: Require): Promise<Operator>
  /**
   * Links an operator to an identity, or with null to none.
   * @throws ServiceError as `setRole`; invalid `identity_malformed`; conflict `identity_taken`
   */
  setIdentity(
    name: string,
    identity: Identity | null,
    by: Actor,
    require?: Require,
  ): Promise<Operator>
  /** For ever; their tokens end as well. @throws ServiceError as `setRole` */
  disable(name: string, by: Actor, require?: Require): Promise<Operator>
  /** Begins a session. @throws ServiceError as `createPasswordCheck` */
  signIn(credentials: Credentials, context: SignInContext): Promise<BegunSession>
}

export const createOperatorService = (options: OperatorOptions): OperatorService => {
  const { db, clock } = options
  const check = createPasswordCheck({
    db,
    clock,
    action: 'operator.sign_in',
    find: (name) => findOperatorByName(db, name),
  })
  return {
    add: (wanted, by) => add(options, wanted, by),
    list: (wanted) => listOperators(db, wanted),
    get: (name) => get(options, name),
    setRole: (name, role, by, require) =>
      change(options, name, { action: 'operator.set_role', to: { role }, by, require }),
    async setPassword(name, password, by, require) {
      const to = { passwordHash: await hashNewPassword(password) }
      return await change(options, name, { action: 'operator.set_password', to, by, require })
    },
    async setIdentity(name, identity, by, require) {
      if (identity !== null) requireIdentity(identity)
      const action = identity === null ? 'operator.unlink' : 'operator.link'
      return await change(options, name, { action, to: { identity }, by, require })
    },
    disable: (name, by, require) =>
      change(options, name, {
        action: 'operator.disable',
        to: { disabledAt: clock.now() },
        by,
        require,
      }),
    async signIn(credentials, context) {
      const { id, passwordHash } = await check(credentials, context.origin)
      const proof = { kind: 'password', passwordHash } as const
      return await beginSession(options, { id, proof }, context)
    },
  }
}

/**
 * An operator that can be inserted.
 * @throws ServiceError invalid `operator_name`, `password_short`, `password_too_long`, `identity_malformed`,
 *   `credentials_missing`
 */
export const prepareOperator = async (
  { name: typed, password, identity, role }: NewOperator,
  now: number,
): Promise<OperatorWithPassword> => {
  const name = typed.trim()
  if (!isName(name)) {
    throw new ServiceError('invalid', 'operator_name', 'a name has 1 to 64 characters and no colon')
  }
  if (identity !== undefined) requireIdentity(identity)
  else if (password === undefined) {
    const detail = 'an operator needs a password, or an identity to sign in with'
    throw new ServiceError('invalid', 'credentials_missing', detail)
  }
  return {
    id: newId('operator', now),
    name,
    role,
    passwordHash: password === undefined ? null : await hashNewPassword(password),
    identity: identity ?? null,
    createdAt: now,
    signedInAt: null,
    disabledAt: null,
  }
}

// OpenID Connect Core §2: at most 255 ASCII characters.
const SUBJECT = /^[\x20-\x7e]{1,255}$/

const requireIdentity = ({ issuer, subject }: Identity): void => {
  if (!URL.canParse(issuer) || !SUBJECT.test(subject)) {
    const detail = 'an identity is the URL of an issuer, and a subject of 1 to 255 characters'
    throw new ServiceError('invalid', 'identity_malformed', detail)
  }
}

const hashNewPassword = async (password: string): Promise<string> => {
  if ([...password].length < SHORTEST_PASSWORD) {
    const detail = `the password of an operator has at least ${SHORTEST_PASSWORD} characters`
    throw new ServiceError('invalid', 'password_short', detail)
  }
  return await hashPassword(password)
}

/** Inserts an operator and writes it down. */
export const insertWithAudit = async (
  tx: Executor,
  operator: OperatorWithPassword,
  by: Actor,
): Promise<void> => {
  await insertOperator(tx, operator)
  const { id, createdAt } = operator
  const after = describe(operator)
  await recordAudit(tx, { ...report(createdAt, 'operator.add', by), subject: id, after })
}

const add = async (options: OperatorOptions, wanted: NewOperator, by: Actor): Promise<Operator> => {
  return await addPrepared(options, await prepareOperator(wanted, options.clock.now()), by)
}

/** @throws ServiceError conflict `operator_exists`, `identity_taken` */
export const addPrepared = async (
  { db }: OperatorOptions,
  operator: OperatorWithPassword,
  by: Actor,
): Promise<Operator> => {
  await transact(db, (tx) => insertWithAudit(tx, operator, by)).catch(throwTaken)
  const { passwordHash: _, ...added } = operator
  return added
}

const throwTaken = (error: unknown): never => {
  if (isUniqueViolation(error, 'operator_name_key')) {
    throw new ServiceError('conflict', 'operator_exists', 'there is an operator of this name')
  }
  if (isUniqueViolation(error, 'operator_issuer_subject')) {
    throw new ServiceError('conflict', 'identity_taken', 'this identity is that of an operator')
  }
  throw error
}

const get = async ({ db }: { readonly db: Executor }, name: string): Promise<Operator> => {
  const found = await findOperatorByName(db, name)
  if (found === undefined) throw unknown()
  const { passwordHash: _, ...operator } = found
  return operator
}

const unknown = (): ServiceError =>
  new ServiceError('not_found', 'operator_unknown', 'there is no operator of this name')

interface Change {
  readonly action: string
  readonly to: OperatorChange
  readonly by: Actor
  readonly require: Require | undefined
}

const change = async (
  { db, clock }: OperatorOptions,
  name: string,
  { action, to, by, require }: Change,
): Promise<Operator> => {
  const at = clock.now()
  const changed = transact(db, async (tx) => {
    const owners = await holdOwners(tx)
    const operator = await findOperatorByName(tx, name)
    if (operator === undefined) throw unknown()
    if (require !== undefined) {
      await holdOperator(tx, operator.id)
      require(await get({ db: tx }, name))
    }
    const isLast = owners.length === 1 && owners[0] === operator.id
    if (isLast && !staysOwner(to)) {
      throw new ServiceError('conflict', 'last_owner', 'this is the last owner: make another first')
    }
    if (!(await changeOperator(tx, operator.id, to))) {
      throw new ServiceError('conflict', 'operator_disabled', 'the operator is disabled')
    }
    await endSessionsOf(tx, operator.id, at)
    const { passwordHash: _, ...before } = operator
    const { passwordHash: __, ...after } = { ...operator, ...to }
    await recordAudit(tx, {
      ...report(at, action, by),
      subject: operator.id,
      before: describe(before),
      after: describe(after),
    })
    return after
  })
  return await changed.catch(throwTaken)
}

const staysOwner = (to: OperatorChange): boolean =>
  'role' in to ? to.role === 'owner' : !('disabledAt' in to)

/** What the audit says of an operator, whose id it has as its subject. */
const describe = ({ name, role, identity, disabledAt }: Operator): JsonObject => ({
  name,
  role,
  disabled: disabledAt !== null,
  ...(identity && { identity: { ...identity } }),
})

const report = (at: number, action: string, by: Actor) =>
  ({ at, actor: by.name, action, outcome: 'done', origin: by.origin }) as const
