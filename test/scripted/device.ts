import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createDevice,
  type Device,
  type EnrollOptions,
  enroll,
  ensureDeviceAuthority,
  type SimOutcome,
} from '../../src/sim/index.ts'
import { type Cast, Play, type Script } from './enrollment.ts'

/** A directory that goes with the block that holds it. */
export const temporaryDirectory = async (): Promise<
  AsyncDisposable & { readonly path: string }
> => {
  const path = await mkdtemp(join(tmpdir(), 'windfall-sim-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

export const makeDevice = async (): Promise<Device> => {
  await using directory = await temporaryDirectory()
  return await createDevice(await ensureDeviceAuthority(directory.path))
}

/** What a device comes to that enrolls with a server that is honest but for `change`. */
export const enrollWith = async (
  cast: Cast,
  device: Device,
  change: (play: Play) => Partial<Script>,
  options: Partial<EnrollOptions> = {},
): Promise<SimOutcome> => {
  await using server = await new Play(cast).start(change)
  return await enroll({
    device,
    roots: [cast.root.certificate],
    account: { name: 'anna', password: 'secret' },
    url: server.url,
    ...options,
  })
}

/** Why the device stopped: `step: code`; how it ended where it did not stop. */
export const formatStop = (outcome: SimOutcome): string =>
  outcome.kind === 'failed' ? `${outcome.step}: ${outcome.code}` : outcome.kind
