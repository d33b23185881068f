import { ServiceError } from '../../errors.ts'
import { hashPassword } from '../../keys/index.ts'
import { type JsonObject, newId, type Role } from '../../model/index.ts'
import {
  changeOperator,
  type Executor,
  endSessionsOf,
  findOperatorByName,
  holdOwners,
  insertOperator,
  isUniqueViolation,
  listOperators,
  type Operator,
  type OperatorChange,
  type OperatorWithPassword,
  transact,
} from '../../store/index.ts'
import { type Credentials, createPasswordCheck, isName } from '../credential/index.ts'
import { type Actor, type Origin, recordAudit } from '../journal/index.ts'
import type { OperatorOptions } from './secret.ts'
import { type BegunSession, beginSession } from './session.ts'

const MOST = 1000
/** Characters. */
const SHORTEST_PASSWORD = 12

export interface NewOperator extends Credentials {
  readonly role: Role
}

/** Who runs windfall. Changes of an operator end all their sessions. */
export interface OperatorService {
  /** @throws ServiceError as `prepareOperator`; conflict `operator_exists` */
  add(wanted: NewOperator, by: Actor): Promise<Operator>
  list(): Promise<readonly Operator[]>
  /** @throws ServiceError not_found `operator_unknown`; conflict `operator_disabled`, `last_owner` */
  setRole(name: string, role: Role, by: Actor): Promise<Operator>
  /** @throws ServiceError as `setRole`; invalid `password_short`, `password_too_long` */
  setPassword(name: string, password: string, by: Actor): Promise<Operator>
  /** For ever; their tokens end as well. @throws ServiceError as `setRole` */
  disable(name: string, by: Actor): Promise<Operator>
  /**
   * Begins a session. `replaced` is the secret of the session that the browser had before.
   * @throws ServiceError as `createPasswordCheck`
   */
  signIn(
    credentials: Credentials,
    context: { readonly origin: Origin; readonly replaced: string | undefined },
  ): Promise<BegunSession>
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
    list: () => listOperators(db, { limit: MOST }),
    setRole: (name, role, by) =>
      change(options, name, { action: 'operator.set_role', to: { role }, by }),
    async setPassword(name, password, by) {
      const to = { passwordHash: await hashNewPassword(password) }
      return await change(options, name, { action: 'operator.set_password', to, by })
    },
    disable: (name, by) =>
      change(options, name, {
        action: 'operator.disable',
        to: { disabledAt: clock.now() },
        by,
      }),
    signIn: async (credentials, context) =>
      await beginSession(options, await check(credentials, context.origin), context),
  }
}

/**
 * An operator that can be inserted.
 * @throws ServiceError invalid `operator_name`, `password_short`, `password_too_long`
 */
export const prepareOperator = async (
  { name: typed, password, role }: NewOperator,
  now: number,
): Promise<OperatorWithPassword> => {
  const name = typed.trim()
  if (!isName(name)) {
    throw new ServiceError('invalid', 'operator_name', 'a name has 1 to 64 characters and no colon')
  }
  return {
    id: newId('operator', now),
    name,
    role,
    passwordHash: await hashNewPassword(password),
    createdAt: now,
    signedInAt: null,
    disabledAt: null,
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

const add = async (
  { db, clock }: OperatorOptions,
  wanted: NewOperator,
  by: Actor,
): Promise<Operator> => {
  const operator = await prepareOperator(wanted, clock.now())
  try {
    await transact(db, (tx) => insertWithAudit(tx, operator, by))
  } catch (error) {
    if (!isUniqueViolation(error, 'operator_name_key')) throw error
    throw new ServiceError('conflict', 'operator_exists', 'there is an operator of this name')
  }
  const { passwordHash: _, ...added } = operator
  return added
}

interface Change {
  readonly action: string
  readonly to: OperatorChange
  readonly by: Actor
}

const change = async (
  { db, clock }: OperatorOptions,
  name: string,
  { action, to, by }: Change,
): Promise<Operator> => {
  const at = clock.now()
  return await transact(db, async (tx) => {
    const owners = await holdOwners(tx)
    const operator = await findOperatorByName(tx, name)
    if (operator === undefined) {
      throw new ServiceError('not_found', 'operator_unknown', 'there is no operator of this name')
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
}

const staysOwner = (to: OperatorChange): boolean =>
  'role' in to ? to.role === 'owner' : !('disabledAt' in to)

/** What the audit says of an operator, whose id it has as its subject. */
const describe = ({ name, role, disabledAt }: Operator): JsonObject => ({
  name,
  role,
  disabled: disabledAt !== null,
})

const report = (at: number, action: string, by: Actor) =>
  ({ at, actor: by.name, action, outcome: 'done', origin: by.origin }) as const
