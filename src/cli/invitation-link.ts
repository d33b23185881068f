import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { renderUnicodeCompact } from 'uqr'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { toInputError } from './failure.ts'
import { printLine, printNote, type Terminal } from './terminal.ts'

interface OutFlags extends ClientFlags {
  readonly out?: string
}

const ID = ['<id>', 'the id of the invitation'] as const

const fetchLink = async (id: string, flags: ClientFlags, terminal: Terminal) => {
  await using client = await openClient(flags, terminal)
  return await client.api.getInvitationLink(id)
}

/** `windfall invitation link`: to hand over in whatever way. */
export const linkCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('link')
      .description('print the link of an invitation; whoever has it has the invitation')
      .argument(...ID)
      .action(async (id: string, flags: ClientFlags) => {
        printLine(terminal, (await fetchLink(id, flags, terminal)).url)
      }),
  )

/** `windfall invitation qr`: on the terminal, or as a file. */
export const qrCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('qr')
      .description('show the link of an invitation as a QR code')
      .argument(...ID)
      .option('--out <file>', 'write it as SVG')
      .action(async (id: string, flags: OutFlags) => {
        const { url, qrCode } = await fetchLink(id, flags, terminal)
        if (flags.out === undefined) printLine(terminal, renderUnicodeCompact(url, { border: 2 }))
        else await write(flags.out, qrCode, terminal)
      }),
  )

/** `windfall invitation poster`: one page of A4. */
export const posterCommand = (terminal: Terminal): Command =>
  addClientOptions(
    new Command('poster')
      .description(
        'write a page to print, with the QR code of an invitation and what to do with it',
      )
      .argument(...ID)
      .requiredOption('--out <file>', 'the HTML file to write')
      .action(async (id: string, flags: OutFlags & { readonly out: string }) => {
        const { poster } = await fetchLink(id, flags, terminal)
        await write(flags.out, poster, terminal)
      }),
  )

const write = async (file: string, text: string, terminal: Terminal): Promise<void> => {
  try {
    // It holds the invitation: for nobody else on this machine.
    await writeFile(file, text, { mode: 0o600 })
  } catch (error) {
    throw toInputError(error)
  }
  printNote(terminal, `wrote ${file}`)
}
