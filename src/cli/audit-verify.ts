import type { AuditVerdict } from '../api-client/index.ts'
import { readAuditFile } from './audit-file.ts'
import { openClient } from './client.ts'
import type { ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { type OutputFormat, printAnswer } from './output.ts'
import { printNote, type Terminal } from './terminal.ts'

export interface VerifyFlags extends ClientFlags {
  readonly file?: string
  readonly masterKeyFile?: string
  readonly output: OutputFormat
}

/** @throws CommandError `failed` that names the first bad line */
export const verifyAudit = async (flags: VerifyFlags, terminal: Terminal): Promise<void> => {
  const { file, masterKeyFile, output } = flags
  const answer =
    file === undefined ? await verifyChain(flags, terminal) : await verifyFile(file, masterKeyFile)
  const { lines, checkpoints, fault } = answer
  if (fault === null || output !== 'table') {
    printAnswer(
      terminal,
      { format: output, answer },
      () => `good (lines: ${lines}, checkpoints: ${checkpoints})`,
    )
  }
  if (fault !== null) {
    const message = `${fault.detail.replace(/\.$/, '')} (${fault.kind})`
    throw new CommandError(ExitCode.failed, message, {
      hint: `Lines before it that are good: ${lines}. What that means: docs/audit.md`,
    })
  }
  if (file !== undefined && masterKeyFile === undefined) {
    printNote(terminal, 'Whether its checkpoint is genuine shows only with --master-key-file.')
  }
}

/** Piece by piece: a server looks at so many lines for one request. */
const verifyChain = async (flags: VerifyFlags, terminal: Terminal): Promise<AuditVerdict> => {
  await using client = await openClient(flags, terminal)
  let [lines, checkpoints, after] = [0, 0, 0]
  for (;;) {
    const piece = await client.api.verifyAudit({ after })
    lines += piece.lines
    checkpoints += piece.checkpoints
    if (piece.isComplete || piece.fault !== null) return { ...piece, lines, checkpoints }
    after = piece.seq
  }
}

const verifyFile = async (
  file: string,
  masterKeyFile: string | undefined,
): Promise<AuditVerdict> => {
  const { verifyAuditFile } = await import('../app.ts')
  const { fault = null, ...verdict } = await verifyAuditFile(readAuditFile(file), masterKeyFile)
  return { ...verdict, fault }
}
