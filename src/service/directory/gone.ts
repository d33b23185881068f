import type { AccountId } from '../../model/index.ts'
import { disableGoneAccount, enableGoneAccount, transact } from '../../store/index.ts'
import { type Origin, recordAudit } from '../journal/index.ts'
import type { DirectoryOptions } from './sources.ts'

interface Whom {
  readonly account: { readonly id: AccountId }
  readonly source: string
  readonly origin?: Origin | undefined
}

type Options = Pick<DirectoryOptions, 'db' | 'clock'>

/** Disables an account for whom its directory does not vouch any more. Returns whether it was not disabled before. */
export const disableGone = (options: Options, whom: Whom): Promise<boolean> =>
  move(options, whom, 'account.disable')

/** Enables an account that was disabled by that, and by nobody else. Returns whether it was so. */
export const enableGone = (options: Options, whom: Whom): Promise<boolean> =>
  move(options, whom, 'account.enable')

const move = async (
  { db, clock }: Options,
  { account: { id }, source, origin }: Whom,
  action: 'account.disable' | 'account.enable',
): Promise<boolean> => {
  const at = clock.now()
  return await transact(db, async (tx) => {
    const isMoved =
      action === 'account.disable'
        ? await disableGoneAccount(tx, id, at)
        : await enableGoneAccount(tx, id)
    if (isMoved) {
      await recordAudit(tx, {
        ...{ at, actor: 'system', action, outcome: 'done', subject: id, origin },
        detail: { source },
      })
    }
    return isMoved
  })
}
