import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certificate, parseCertificates } from '../protocol/x509/index.ts'
import {
  createDevice,
  type Device,
  enroll,
  ensureDeviceAuthority,
  loadDevice,
  PERSONAS,
  type Persona,
  readMachineRoots,
  type SimErrorKind,
  type SimOutcome,
} from '../sim/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { toInputError } from './failure.ts'
import type { OutputFormat } from './output.ts'
import { readPassword } from './password.ts'
import { createReport, describeEnd } from './sim-report.ts'
import { printNote, type Terminal } from './terminal.ts'

/** Which device it is, and whom it trusts. */
export interface DeviceFlags {
  readonly persona: Persona['name']
  readonly product?: string
  readonly build?: string
  readonly udid?: string
  readonly serial?: string
  readonly data: string
  readonly deviceCa?: string
  readonly identity?: string
  readonly cacert?: string
}

/** What commander makes of the command line. */
export interface EnrollFlags extends DeviceFlags {
  readonly url: string
  readonly account: string
  readonly out?: string
  readonly output: OutputFormat
}

/** Where the simulated device CA lies: a server that trusts it keeps it in the same place. */
export const deviceAuthorityDirectory = (flags: {
  readonly data: string
  readonly deviceCa?: string
}): string => flags.deviceCa ?? join(flags.data, 'simulator')

/** @throws CommandError unless the device ends configured */
export const playEnrollment = async (flags: EnrollFlags, terminal: Terminal): Promise<void> => {
  const { url, account, out } = flags
  expectHttps(url)
  const password = await readPassword(terminal, { passwordStdin: true })
  const report = createReport(flags.output, terminal)
  const outcome = await run(async () => {
    const device = await findDevice(flags)
    const roots = await findRoots(flags)
    const { onStep } = report
    const { signal } = terminal
    const options = { url, account: { name: account, password }, device, roots, onStep, signal }
    const ended = await enroll(out === undefined ? options : { ...options, out })
    report.end(describeEnd(ended, device.facts))
    return ended
  })
  if (out !== undefined) printNote(terminal, `Messages, keys and certificates are in ${out}.`)
  const failure = findFailure(outcome)
  if (failure !== undefined) throw failure
}

/** Files that cannot be read, or hold something else, are invalid input. */
export const run = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw toInputError(error)
  }
}

/** @throws CommandError `invalid` */
export const expectHttps = (text: string): void => {
  if (URL.parse(text)?.protocol === 'https:') return
  // Over plain HTTP anybody on the way reads the password.
  throw new CommandError(ExitCode.invalid, '--url must be an https URL')
}

/** The device that `sim identity` wrote, or a new one. */
export const findDevice = async (flags: DeviceFlags): Promise<Device> => {
  const persona = PERSONAS[flags.persona]
  if (flags.identity !== undefined) return { ...(await loadDevice(flags.identity)), persona }
  const authority = await ensureDeviceAuthority(deviceAuthorityDirectory(flags))
  const { product, build, udid, serial } = flags
  const facts = {
    ...(product === undefined ? {} : { PRODUCT: product }),
    ...(build === undefined ? {} : { VERSION: build }),
    ...(udid === undefined ? {} : { UDID: udid }),
    ...(serial === undefined ? {} : { SERIAL: serial }),
  }
  return await createDevice(authority, facts, persona)
}

export const findRoots = async ({
  cacert,
}: Pick<DeviceFlags, 'cacert'>): Promise<readonly Certificate[]> =>
  cacert === undefined ? readMachineRoots() : parseCertificates(await readFile(cacert))

/** How a command ends whose device stops. */
export const EXIT_CODES: Readonly<Record<SimErrorKind, ExitCode>> = {
  unreachable: ExitCode.unreachable,
  untrusted: ExitCode.unreachable,
  'timed-out': ExitCode.timedOut,
  'sign-in-refused': ExitCode.notPermitted,
  failed: ExitCode.failed,
}

/** Undefined where the device ends configured. */
export const findFailure = (outcome: SimOutcome): CommandError | undefined => {
  switch (outcome.kind) {
    case 'configured':
      return undefined
    case 'redirected': {
      const { location = 'nowhere' } = outcome
      return new CommandError(
        ExitCode.failed,
        `Phase 3 was answered with a redirect to ${location}.`,
      )
    }
    case 'failed': {
      const { reason, code, message } = outcome
      return new CommandError(EXIT_CODES[reason], `The device stopped: ${message} (${code}).`)
    }
  }
  return outcome satisfies never
}
