import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type EnrollOptions, ensureDeviceAuthority, Kit, type KitOptions } from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { readPassword } from './password.ts'
import {
  type DeviceFlags,
  deviceAuthorityDirectory,
  expectHttps,
  findDevice,
  findRoots,
  run,
} from './sim-enroll.ts'
import type { Terminal } from './terminal.ts'

/** What faults are played with. */
export interface KitFlags extends Omit<DeviceFlags, 'persona'> {
  readonly url: string
  readonly account: string
  readonly secondAccount?: string
  readonly secondPasswordFile?: string
  readonly wait?: number
}

/** The options that only faults need. */
export const addKitOptions = (command: Command): Command =>
  command
    .option('--second-account <name>', 'another account holder, for faults between two people')
    .option('--second-password-file <file>', 'the password of the second account')
    .addOption(
      new Option(
        '--wait <minutes>',
        'how long to wait for challenges to expire; without it such faults are not played',
      ).argParser(parseMinutes),
    )

/** @throws CommandError */
export const openKit = async (
  flags: KitFlags,
  terminal: Terminal,
  onStep?: EnrollOptions['onStep'],
): Promise<{ readonly kit: Kit; readonly options: KitOptions }> => {
  const { url, account, identity } = flags
  expectHttps(url)
  const password = await readPassword(terminal, { passwordStdin: true })
  const { signal } = terminal
  const options = await run(async () => ({
    url,
    account: { name: account, password },
    ...(await readSecondAccount(flags)),
    device: await findDevice({ ...flags, persona: 'iphone' }),
    // Who brings one identity may have no CA to make others with.
    ...(identity === undefined
      ? { authority: await ensureDeviceAuthority(deviceAuthorityDirectory(flags)) }
      : {}),
    roots: await findRoots(flags),
    signal,
    ...(flags.wait === undefined ? {} : { expire: waitFor(flags.wait, signal) }),
    ...(onStep === undefined ? {} : { onStep }),
  }))
  return { kit: new Kit(options), options }
}

const readSecondAccount = async ({
  secondAccount: name,
  secondPasswordFile: file,
}: KitFlags): Promise<Pick<KitOptions, 'secondAccount'>> => {
  if (name === undefined && file === undefined) return {}
  if (name === undefined || file === undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--second-account and --second-password-file go together',
    )
  }
  const password = (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  return { secondAccount: { name, password } }
}

const A_MINUTE = 60_000

const waitFor = (minutes: number, signal: AbortSignal) => async (): Promise<void> => {
  await setTimeout(minutes * A_MINUTE, undefined, { signal })
}

const parseMinutes = (text: string): number => {
  const minutes = Number(text)
  if (minutes > 0 && minutes <= 24 * 60) return minutes
  throw new InvalidArgumentError('It is a number of minutes, at most those of a day.')
}
