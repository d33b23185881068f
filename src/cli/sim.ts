import { Command, Option } from 'commander'
import { createDevice, ensureDeviceAuthority, PERSONAS, saveDevice } from '../sim/index.ts'
import { toInputError } from './failure.ts'
import { addExamples } from './help.ts'
import { addOutputOption } from './output.ts'
import { deviceAuthorityDirectory, type EnrollFlags, playEnrollment } from './sim-enroll.ts'
import { printNote, type Terminal } from './terminal.ts'

/** `windfall sim …`: plays Apple devices in software. */
export const simCommand = (terminal: Terminal): Command =>
  new Command('sim')
    .description('play an Apple device in software, against any server')
    .addCommand(enrollCommand(terminal))
    .addCommand(identityCommand(terminal))

const enrollCommand = (terminal: Terminal): Command => {
  const command = new Command('enroll')
    .description('walk a simulated device through phases 1 to 3, checking what it receives')
    .requiredOption('--url <url>', 'the portal, e.g. https://mdm.example.com:8443')
    .requiredOption('--account <name>', 'the account holder who signs in')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .addOption(
      new Option('--persona <name>', 'the kind of device it behaves like')
        .choices(Object.keys(PERSONAS))
        .default('iphone'),
    )
    .addOption(productOption())
    .option('--build <build>', 'the build it runs; that of the persona where it is not given')
    .option('--udid <udid>', 'its UDID; random where it is not given')
    .option('--serial <serial>', 'its serial number; random where it is not given')
    .addOption(dataOption())
    .addOption(deviceCaOption())
    .addOption(
      new Option('--identity <dir>', 'play the device that `sim identity` wrote').conflicts([
        'product',
        'build',
        'udid',
        'serial',
        'deviceCa',
      ]),
    )
    .option('--cacert <file>', "trust these roots, PEM or DER, instead of the machine's")
    .option('--out <dir>', 'keep every message, key and the decrypted profile there')
    .action((flags: EnrollFlags) => playEnrollment(flags, terminal))
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

const productOption = (): Option =>
  new Option('--product <product>', `the product it is, e.g. ${PERSONAS.iphone.product}`)

const dataOption = (): Option =>
  new Option('--data <dir>', "windfall's data directory")
    .env('WINDFALL_DATA')
    .default('windfall-data')

const deviceCaOption = (): Option =>
  new Option('--device-ca <dir>', 'the simulated device CA, made if absent').default(
    undefined,
    'simulator in the data directory',
  )
