import { type Command, Option } from 'commander'
import { PERSONAS } from '../sim/index.ts'

/** Which server it is, who signs in, and with which device. */
export const addDeviceOptions = (command: Command): Command =>
  command
    .requiredOption('--url <url>', 'the portal, e.g. https://mdm.example.com:8443')
    .requiredOption('--account <name>', 'the account holder who signs in')
    .requiredOption('--password-stdin', 'read the password from standard input')
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

/** What a simulated device is. */
export const productOption = (): Option =>
  new Option('--product <product>', `the product it is, e.g. ${PERSONAS.iphone.product}`)

/** Where a server keeps its data. */
export const dataOption = (): Option =>
  new Option('--data <dir>', "windfall's data directory")
    .env('WINDFALL_DATA')
    .default('windfall-data')

/** Who makes simulated devices. */
export const deviceCaOption = (): Option =>
  new Option('--device-ca <dir>', 'the simulated device CA, made if absent').default(
    undefined,
    'simulator in the data directory',
  )
