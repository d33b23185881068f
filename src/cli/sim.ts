import { Command, Option } from 'commander'
import { createDevice, ensureDeviceAuthority, PERSONAS, saveDevice } from '../sim/index.ts'
import { toInputError } from './failure.ts'
import { addExamples } from './help.ts'
import { addOutputOption } from './output.ts'
import { conformCommand } from './sim-conform.ts'
import { deviceAuthorityDirectory, type EnrollFlags, playEnrollment } from './sim-enroll.ts'
import { type FaultFlags, faultOption, faultsCommand, playOneFault } from './sim-fault.ts'
import { addKitOptions } from './sim-kit.ts'
import { addDeviceOptions, dataOption, deviceCaOption, productOption } from './sim-options.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall sim …`: plays Apple devices in software. */
export const simCommand = (terminal: Terminal): Command =>
  new Command('sim')
    .description('play an Apple device in software, against any server')
    .addCommand(enrollCommand(terminal))
    .addCommand(faultsCommand(terminal))
    .addCommand(conformCommand(terminal))
    .addCommand(identityCommand(terminal))

const enrollCommand = (terminal: Terminal): Command => {
  const command = addDeviceOptions(new Command('enroll'))
    .description('walk a simulated device through phases 1 to 3, checking what it receives')
    .addOption(
      new Option('--persona <name>', 'the kind of device it behaves like')
        .choices(Object.keys(PERSONAS))
        .default('iphone'),
    )
    .option('--out <dir>', 'keep every message, key and the decrypted profile there')
    .addOption(faultOption())
    .action(async (flags: EnrollFlags & Partial<FaultFlags>) => {
      const { fault } = flags
      await (fault === undefined
        ? playEnrollment(flags, terminal)
        : playOneFault({ ...flags, fault }, terminal))
    })
  addKitOptions(command)
  addExamples(command, [
    [
      'windfall sim enroll --url https://localhost:8443 --cacert windfall-data/root.der --account anna --password-stdin',
      'an iPhone',
    ],
    [
      'windfall sim enroll --url https://localhost:8443 --cacert windfall-data/root.der --account anna --password-stdin --persona ios4',
      'an iPhone 4, which the server must allow: WINDFALL_ENROLLMENT__ALLOW_LEGACY=true',
    ],
  ])
  return addOutputOption(command)
}

interface IdentityFlags {
  readonly product?: string
  readonly out: string
  readonly data: string
  readonly deviceCa?: string
}

const identityCommand = (terminal: Terminal): Command =>
  new Command('identity')
    .description('write a simulated device identity, so that other programs can play a device')
    .addOption(productOption())
    .requiredOption('--out <dir>', 'where to write it')
    .addOption(dataOption())
    .addOption(deviceCaOption())
    .action((flags: IdentityFlags) => writeIdentity(flags, terminal))

const writeIdentity = async (flags: IdentityFlags, terminal: Terminal): Promise<void> => {
  const { out, product } = flags
  const directory = deviceAuthorityDirectory(flags)
  try {
    const authority = await ensureDeviceAuthority(directory)
    const facts = product === undefined ? {} : { PRODUCT: product }
    await saveDevice(out, await createDevice(authority, facts))
  } catch (error) {
    throw toInputError(error)
  }
  printNote(terminal, `A device of the simulated device CA in ${directory} is in ${out}.`)
}
