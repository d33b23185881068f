import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { formatPlist, type PlistDict } from '../protocol/plist/index.ts'
import { lintConfiguration } from '../protocol/profile/index.ts'
import { parseCertificates } from '../protocol/x509/index.ts'
import { describeCertificate, findTrustFault, readMachineRoots } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import { addOutputOption, type OutputFormat, printAnswer } from './output.ts'
import { decryptProfile, readProfileFile, readSignature } from './profile-file.ts'
import { describeProfile, formatProfile } from './profile-text.ts'
import type { Terminal } from './terminal.ts'

/** `windfall profile …`: looks into profiles, signed or not, encrypted or not. It needs no server. */
export const profileCommand = (terminal: Terminal): Command =>
  new Command('profile')
    .description('look into configuration profiles; needs no server')
    .addCommand(showCommand(terminal))
    .addCommand(verifyCommand(terminal))
    .addCommand(lintCommand(terminal))
    .addCommand(decryptCommand(terminal))

interface Flags {
  readonly output: OutputFormat
  readonly key?: string
  readonly cacert?: string
}

const showCommand = (terminal: Terminal): Command =>
  addOutputOption(
    new Command('show')
      .description('say what a profile is, who signed it, whom it is encrypted to')
      .argument('<file>', 'the profile')
      .option('--key <file>', 'the private key, PEM, to look into an encrypted one')
      .action(async (path: string, { output, key }: Flags) => {
        const file = await readProfileFile(path)
        const profile = key === undefined ? file.profile : await decryptProfile(file.profile, key)
        const answer = describeProfile({ ...file, profile })
        printAnswer(terminal, { format: output, answer }, () => formatProfile(answer))
      }),
  )

const verifyCommand = (terminal: Terminal): Command =>
  addOutputOption(
    new Command('verify')
      .description('check the signature of a profile, and that its signer leads to a root')
      .argument('<file>', 'the profile')
      .option('--cacert <file>', "trust these roots, PEM or DER, instead of the machine's")
      .action((path: string, flags: Flags) => verify(path, flags, terminal)),
  )

const verify = async (path: string, flags: Flags, terminal: Terminal): Promise<void> => {
  const signature = await readSignature(path)
  const roots = await readRoots(flags.cacert)
  if (signature === undefined) throw new CommandError(ExitCode.invalid, 'the profile is not signed')
  if (signature.kind === 'bad') {
    throw new CommandError(ExitCode.invalid, `the signature is not good (${signature.code})`)
  }
  const { signer, hash, bag } = signature
  const fault = findTrustFault(signer, { roots, bag, at: Date.now() })
  const answer = { signer: describeCertificate(signer), hash }
  if (fault !== undefined) {
    const message = `${answer.signer.subject} leads to no trusted root (${fault})`
    throw new CommandError(ExitCode.invalid, message, {
      hint: flags.cacert === undefined ? 'Name the root with --cacert FILE.' : undefined,
    })
  }
  printAnswer(
    terminal,
    { format: flags.output, answer },
    () => `good: signed by ${answer.signer.subject} (${hash}), who leads to a trusted root`,
  )
}

const readRoots = async (path: string | undefined) => {
  try {
    return path === undefined ? readMachineRoots() : parseCertificates(await readFile(path))
  } catch (error) {
    throw toInputError(error)
  }
}

const lintCommand = (terminal: Terminal): Command =>
  addOutputOption(
    new Command('lint')
      .description('find what would make a device answer "Invalid Profile"')
      .argument('<file>', 'the profile')
      .option('--key <file>', 'the private key, PEM, to look into an encrypted one')
      .action((path: string, flags: Flags) => lint(path, flags, terminal)),
  )

const lint = async (path: string, flags: Flags, terminal: Terminal): Promise<void> => {
  const { profile } = await readProfileFile(path)
  const clear = flags.key === undefined ? profile : await decryptProfile(profile, flags.key)
  const faults = lintConfiguration(clear)
  const answer = { data: faults }
  printAnswer(terminal, { format: flags.output, answer }, () =>
    faults.length === 0
      ? 'no faults'
      : faults.map(({ code, path: place }) => `${place}: ${code}`).join('\n'),
  )
  if (faults.length > 0) {
    throw new CommandError(ExitCode.invalid, `${faults.length} faults: a device refuses it`)
  }
}

const decryptCommand = (terminal: Terminal): Command =>
  new Command('decrypt')
    .description('print an encrypted profile in the clear, as XML')
    .argument('<file>', 'the profile')
    .requiredOption('--key <file>', 'the private key it is encrypted to, PEM')
    .action(async (path: string, { key }: { readonly key: string }) => {
      const { profile } = await readProfileFile(path)
      terminal.stdout.write(formatPlist(await decryptProfile(withoutMark(profile), key)))
    })

const withoutMark = (profile: PlistDict): PlistDict =>
  new Map([...profile].filter(([name]) => name !== 'IsEncrypted'))
