import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { openClient } from './client.ts'
import { addClientOptions, type ClientFlags } from './client-flags.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { API_VERSION, KINDS } from './manifest/index.ts'
import { printLine, printNote, type Terminal } from './terminal.ts'

interface Flags extends ClientFlags {
  readonly out?: string
  readonly force?: true
}

/** `windfall pull`: what the server is, as the files that `windfall apply` reads. */
export const pullCommand = (terminal: Terminal): Command => {
  const command = new Command('pull')
    .description('write what windfall apply reads, of what is on the server')
    .option('--out <dir>', 'files below this folder, instead of standard output')
    .option('--force', 'also over files that are there')
    .action((flags: Flags) => pull(flags, terminal))
  addExamples(command, [
    ['windfall pull', 'one document for each object'],
    ['windfall pull --out windfall --force', 'flows/NAME.yaml, with final profiles beside them'],
  ])
  return addClientOptions(command)
}

interface OutputFile {
  readonly path: string
  readonly text: string
}

const pull = async (flags: Flags, terminal: Terminal): Promise<void> => {
  await using client = await openClient(flags, terminal)
  const { out } = flags
  const files: OutputFile[] = []
  for (const kind of KINDS) {
    for (const { name, spec, attachments } of await kind.pull(client.api)) {
      const place = join(kind.plural, name)
      const beside = attachments.map(({ member, extension, text }) => ({
        member,
        path: `${place}.${extension}`,
        text,
      }))
      const members = beside.map(({ member, path, text }): readonly [string, unknown] =>
        out === undefined ? [member, text] : [member, { file: basename(path) }],
      )
      const whole = { ...spec, ...Object.fromEntries(members) }
      const header = { apiVersion: API_VERSION, kind: kind.name, metadata: { name } }
      files.push({ path: `${place}.yaml`, text: stringify({ ...header, spec: whole }) })
      if (out !== undefined) files.push(...beside)
    }
  }
  if (out === undefined)
    printLine(
      terminal,
      files
        .map(({ text }) => text)
        .join('---\n')
        .trimEnd(),
    )
  else await writeAll(out, files, { flags, terminal })
}

const writeAll = async (
  out: string,
  files: readonly OutputFile[],
  { flags, terminal }: { readonly flags: Flags; readonly terminal: Terminal },
): Promise<void> => {
  for (const { path, text } of files) {
    const target = join(out, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text, { flag: flags.force ? 'w' : 'wx' }).catch(refuseExisting)
  }
  printNote(terminal, files.length === 1 ? 'wrote one file' : `wrote ${files.length} files`)
}

const refuseExisting = (error: unknown): never => {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  throw new CommandError(ExitCode.conflict, error.message, {
    hint: 'Say --force to write over it.',
  })
}
