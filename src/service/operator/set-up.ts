import { ServiceError } from '../../errors.ts'
import { isAlive, newId } from '../../model/index.ts'
import {
  type Executor,
  findTokenByHash,
  insertToken,
  listOperators,
  transact,
  useSetUpLinks,
} from '../../store/index.ts'
import type { Credentials } from '../credential/index.ts'
import { hashSecret, makeSecret } from '../credential/index.ts'
import { type Actor, type Origin, OWNER, recordAudit } from '../journal/index.ts'
import { insertWithAudit, prepareOperator } from './operator.ts'
import type { OperatorOptions } from './options.ts'
import { type BegunSession, beginSession } from './session.ts'

const LINK_LIFE = 15 * 60_000

export interface SetUpLink {
  readonly secret: string
  readonly expiresAt: number
}

/** How the first operator comes to be: by a link for whoever starts the server, while there is none. */
export interface SetUpService {
  /**
   * A link that is good once, for 15 minutes; undefined once there are operators. By the owner, unless `by` says
   * otherwise.
   */
  createLink(by?: Actor): Promise<SetUpLink | undefined>
  /** @throws ServiceError forbidden `set_up_link_invalid` */
  requireLink(secret: string): Promise<void>
  /**
   * Makes the first owner and begins their session; the link is used up, and every other.
   * @throws ServiceError as `requireLink` and `prepareOperator`, which leave the link as it is
   */
  complete(secret: string, owner: Credentials, origin: Origin): Promise<BegunSession>
}

export const createSetUpService = (options: OperatorOptions): SetUpService => ({
  createLink: (by = OWNER) => createLink(options, by),
  requireLink: (secret) => requireLink(options, secret),
  complete: (secret, owner, origin) => complete(options, secret, { owner, origin }),
})

/** Whether nobody runs windfall yet. */
const isOpen = async (db: Executor): Promise<boolean> =>
  (await listOperators(db, { limit: 1 })).length === 0

const createLink = async (options: OperatorOptions, by: Actor): Promise<SetUpLink | undefined> => {
  const { db, clock } = options
  const createdAt = clock.now()
  const id = newId('token', createdAt)
  const expiresAt = createdAt + LINK_LIFE
  const { secret, hash } = makeSecret(options, 'token')
  return await transact(db, async (tx) => {
    if (!(await isOpen(tx))) return undefined
    await insertToken(tx, { id, kind: 'set-up', hash, subject: '*', createdAt, expiresAt })
    await recordAudit(tx, {
      at: createdAt,
      actor: by.name,
      action: 'set_up.link',
      outcome: 'done',
      subject: id,
      origin: by.origin,
    })
    return { secret, expiresAt }
  })
}

const invalid = (): ServiceError =>
  new ServiceError('forbidden', 'set_up_link_invalid', 'the link was used or has expired')

const requireLink = async (options: OperatorOptions, secret: string): Promise<void> => {
  const { db, clock } = options
  const link = await findTokenByHash(db, hashSecret(options, 'token', secret))
  const isGood = link?.kind === 'set-up' && link.usedAt === null && isAlive(link, clock.now())
  if (!isGood || !(await isOpen(db))) throw invalid()
}

const complete = async (
  options: OperatorOptions,
  secret: string,
  { owner, origin }: { readonly owner: Credentials; readonly origin: Origin },
): Promise<BegunSession> => {
  await requireLink(options, secret)
  const { db, clock } = options
  const operator = await prepareOperator({ ...owner, role: 'owner' }, clock.now())
  const hash = hashSecret(options, 'token', secret)
  await transact(db, async (tx) => {
    const links = await useSetUpLinks(tx, operator.createdAt)
    const link = links.find((each) => each.hash === hash)
    if (link === undefined || !(await isOpen(tx))) throw invalid()
    await insertWithAudit(tx, operator, { name: link.id, origin })
  })
  const { id, passwordHash } = operator
  const proof = { kind: 'password', passwordHash } as const
  return await beginSession(options, { id, proof }, { origin, replaced: undefined })
}
