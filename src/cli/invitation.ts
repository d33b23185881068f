import { Command } from 'commander'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { createCommand } from './invitation-create.ts'
import { linkCommand, posterCommand, qrCommand } from './invitation-link.ts'
import { formatInvitation, formatInvitations } from './invitation-text.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { fetchList, limitOption, noteMore } from './paging.ts'
import type { Terminal } from './terminal.ts'

/** `windfall invitation …`: asking account holders to enroll a device. */
export const invitationCommand = (terminal: Terminal): Command =>
  new Command('invitation')
    .description('invite account holders to enroll a device, and see what becomes of it')
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(resendCommand(terminal))
    .addCommand(revokeCommand(terminal))
    .addCommand(linkCommand(terminal))
    .addCommand(qrCommand(terminal))
    .addCommand(posterCommand(terminal))

interface Flags extends ClientFlags {
  readonly output: OutputFormat
}

interface ListFlags extends Flags {
  readonly account?: string
  readonly batch?: string
  readonly notStarted?: true
  readonly limit: number
}

const listCommand = (terminal: Terminal): Command => {
  const command = new Command('list')
    .description('list invitations')
    .option('--account <name>', 'only those of that account holder')
    .option('--batch <batch>', 'only those that were made at once: a group, or the id of a list')
    .option('--not-started', 'only those that are good and with which nobody has begun')
    .addOption(limitOption())
    .action(async (flags: ListFlags) => {
      await using client = await openClient(flags, terminal)
      const { account, batch, notStarted: idle, limit } = flags
      const answer = await fetchList(limit, (page) =>
        client.api.listInvitations({ ...page, account, batch, idle }),
      )
      printAnswer(terminal, { format: flags.output, answer }, () => formatInvitations(answer.data))
      noteMore(terminal, answer)
    })
  return addOutputOption(addClientOptions(command))
}

const showCommand = (terminal: Terminal): Command => {
  const command = new Command('show')
    .description('show one invitation')
    .argument('<id>', 'the id of the invitation')
    .action(async (id: string, flags: Flags) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.getInvitation(id)
      printAnswer(terminal, { format: flags.output, answer }, () => formatInvitation(answer))
    })
  return addOutputOption(addClientOptions(command))
}

interface ResendFlags extends Flags {
  readonly notStarted?: true
  readonly batch?: string
  readonly reason?: string
}

const resendCommand = (terminal: Terminal): Command => {
  const command = new Command('resend')
    .description('send an invitation again, or all with which nobody has begun')
    .argument('[id]', 'the id of the invitation')
    .option('--not-started', 'all that are good and with which nobody has begun')
    .option('--batch <batch>', 'of these, only those that were made at once')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string | undefined, flags: ResendFlags) => {
      const { notStarted = false, batch, reason, output: format } = flags
      if ((id === undefined) !== notStarted || (id !== undefined && batch !== undefined)) {
        throw new CommandError(ExitCode.usage, 'either an id or --not-started is needed')
      }
      await using client = await openClient(flags, terminal)
      if (id !== undefined) {
        const answer = await client.api.resendInvitation(id, { reason })
        return printAnswer(terminal, { format, answer }, () => formatInvitations([answer]))
      }
      const answer = await client.api.remindInvited({ batch, reason })
      printAnswer(terminal, { format, answer }, () =>
        formatTable(
          ['INVITATIONS', ''],
          [
            [String(answer.resent), 'are sent again'],
            [String(answer.refused), 'cannot be sent'],
          ],
        ),
      )
    })
  return addOutputOption(addClientOptions(command))
}

const revokeCommand = (terminal: Terminal): Command => {
  const command = new Command('revoke')
    .description('make an invitation good for nothing; what was begun with it goes on')
    .argument('<id>', 'the id of the invitation')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, flags: Flags & { readonly reason?: string }) => {
      await using client = await openClient(flags, terminal)
      const answer = await client.api.revokeInvitation(id, { reason: flags.reason })
      printAnswer(terminal, { format: flags.output, answer }, () => formatInvitations([answer]))
    })
  return addOutputOption(addClientOptions(command))
}
