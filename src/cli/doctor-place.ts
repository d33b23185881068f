import { existsSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '../api-client/index.ts'
import { type Config, socketPath } from '../config/index.ts'
import { failed, ok, warning } from './doctor-finding.ts'
import { formatBytes } from './format.ts'

const SCARCE = 1_000_000_000
const FULL = 100_000_000

/** What can be seen on this machine without asking the server: settings, files, disk. */
export const examinePlace = async (config: Config): Promise<readonly Finding[]> => [
  ...lookAtConfiguration(config),
  await lookAtModes(config),
  await lookAtDisk(config),
]

/** Settings that are good for trying things out and bad for anything else. */
const RISKS: readonly {
  readonly isTaken: (config: Config) => boolean
  readonly seen: string
  readonly fix: string
}[] = [
  {
    isTaken: ({ publicUrl }) => publicUrl === undefined,
    seen: 'publicUrl is not set: profiles name localhost',
    fix: 'Set WINDFALL_PUBLIC_URL to the address that devices reach, before the first one enrolls.',
  },
  {
    isTaken: ({ simulator }) => simulator.trust || simulator.caFile !== undefined,
    seen: 'simulated devices may enroll',
    fix: 'Unset WINDFALL_SIMULATOR__TRUST and WINDFALL_SIMULATOR__CA_FILE where real devices enroll.',
  },
  {
    isTaken: ({ scep }) => scep.staticChallenge !== undefined,
    seen: 'whoever knows the static challenge gets certificates',
    fix: 'Unset WINDFALL_SCEP__STATIC_CHALLENGE unless something needs it.',
  },
  {
    isTaken: ({ enrollment }) => enrollment.allowLegacy,
    seen: 'RSA-1024 keys and 3DES profiles are allowed',
    fix: 'Unset WINDFALL_ENROLLMENT__ALLOW_LEGACY when the last device of that time is gone.',
  },
  {
    isTaken: ({ scep }) => scep.allowSingleDes,
    seen: 'requests encrypted with single DES are opened',
    fix: 'Unset WINDFALL_SCEP__ALLOW_SINGLE_DES: Apple devices do not need it.',
  },
  {
    isTaken: ({ enrollment }) => !enrollment.requireAppleSigner,
    seen: 'any program can claim to be any device',
    fix: 'Unset WINDFALL_ENROLLMENT__REQUIRE_APPLE_SIGNER.',
  },
]

const lookAtConfiguration = (config: Config): readonly Finding[] => {
  const name = 'configuration'
  const risks = RISKS.filter(({ isTaken }) => isTaken(config))
  if (risks.length === 0) return [ok(name, 'nothing in it is for trying things out only')]
  return risks.map(({ seen, fix }) => warning(name, seen, fix))
}

const OPEN_TO_OTHERS = 0o077

const lookAtModes = async (config: Config): Promise<Finding> => {
  const { data, masterKeyFile } = config
  const name = 'files'
  if (!existsSync(data)) {
    return warning(name, `${data} is not there`, 'Start the server once, or name another --data.')
  }
  const inData = ['windfall.db', 'api-token'].map((file) => join(data, file))
  const paths = [data, masterKeyFile, socketPath(data), ...inData].filter((path) =>
    existsSync(path),
  )
  const modes = await Promise.all(
    paths.map(async (path) => ({ path, mode: (await stat(path)).mode })),
  )
  const open = modes.filter(({ mode }) => (mode & OPEN_TO_OTHERS) !== 0).map(({ path }) => path)
  if (open.length === 0) return ok(name, `${data} and what is secret in it are its owner's alone`)
  const list = open.map((path) => `'${path}'`).join(' ')
  return failed(name, `others may get at ${open.join(', ')}`, `chmod go= ${list}`)
}

const lookAtDisk = async ({ data }: Config): Promise<Finding> => {
  const name = 'disk'
  const { bavail, bsize } = await statfs(existsSync(data) ? data : '.')
  const free = bavail * bsize
  const seen = `${formatBytes(free)} are free for ${data}`
  const fix = 'Make room, or move the data directory to a larger disk.'
  if (free < FULL) return failed(name, seen, fix)
  return free < SCARCE ? warning(name, seen, fix) : ok(name, seen)
}
