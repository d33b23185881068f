import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { json } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { restoreApp } from '../../src/app.ts'
import { loadConfig, socketPath } from '../../src/config/index.ts'
import type { DatabaseLocation } from '../../src/store/index.ts'
import { makeSigner } from '../codec/holder.ts'
import type { Dialect } from '../dialect.ts'
import { issuedTo, readReply } from '../scep-client.ts'
import { manyKeys } from '../security/keys.ts'
import {
  findInventions,
  findLosses,
  findRepeats,
  type Holding,
  readHolding,
  remember,
  type Told,
} from './backup-ledger.ts'
import { type Entry, enrollHonestly, newEntry, postProfile, postRequest } from './honest-device.ts'
import { openStage, type Stage } from './stage.ts'
import { Supervisor } from './supervisor.ts'

export interface BackupOptions {
  readonly dialect: Dialect
  readonly cycles: number
  /** The latest moment of a backup, once some devices more are configured, in milliseconds. */
  readonly latest: number
}

export interface BackupResult {
  readonly ledger: readonly Entry[]
  /** How many enrollments the lost server finished after each backup. */
  readonly lost: readonly number[]
  /** How many devices of each backup got their configuration from the restored server. */
  readonly returned: readonly number[]
  /** How often something of before was tried at a restored server, and refused. */
  readonly refused: number
  readonly durations: readonly number[]
  readonly faults: readonly string[]
}

const AT_ONCE = 4
const PAUSE_MS = 100
const SAMPLE = 8
const PASSPHRASE = 'a windfall of apples'

interface Backup {
  readonly file: string
  /** What devices had been told when it began. */
  readonly told: readonly Told[]
}

/**
 * Devices enroll while backups are made; then the server is lost, each backup is restored on an empty machine, and
 * what it holds and does is compared with what devices were told and with the database of the lost server.
 */
export const runBackups = async ({
  dialect,
  cycles,
  latest,
}: BackupOptions): Promise<BackupResult> => {
  await using stage = await openStage(dialect)
  await using directory = await mkdtempDisposable(join(tmpdir(), 'windfall-backups-'))
  const ledger: Entry[] = []
  const backups: Backup[] = []
  const durations: number[] = []
  let finished = 0
  let isOver = false
  const keys = manyKeys(AT_ONCE + 1)

  const people = async (key: KeyObject): Promise<void> => {
    while (!isOver) {
      const entry = newEntry(stage.authority, key)
      ledger.push(entry)
      await enrollHonestly(stage.site, entry)
      finished += 1
    }
  }
  const operator = async (): Promise<void> => {
    for (let cycle = 1; cycle <= cycles; cycle++) {
      while (finished < cycle * SAMPLE) await setTimeout(PAUSE_MS)
      await setTimeout(Math.random() * latest)
      const file = join(directory.path, `${cycle}.windfall`)
      const told = ledger.map(remember)
      const start = performance.now()
      await takeBackup(stage.records.data, file)
      durations.push(performance.now() - start)
      backups.push({ file, told })
    }
    await setTimeout(PAUSE_MS)
    isOver = true
  }
  await Promise.all([operator(), ...keys.slice(1).map(people)])
  await stage.server[Symbol.asyncDispose]()

  const lost = await readHolding(stage.records.location)
  const results: Judgement[] = []
  for (const backup of backups)
    results.push(await judge(stage, { backup, dialect, lost, ledger, keys }))
  return {
    ledger,
    durations,
    lost: results.map((result) => result.lost),
    returned: results.map(({ returned }) => returned),
    refused: results.reduce((sum, { refused }) => sum + refused, 0),
    faults: results.flatMap(({ faults }) => faults),
  }
}

const takeBackup = async (data: string, file: string): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const options = { socketPath: socketPath(data), path: '/api/v1/backups', method: 'POST' }
  const request = http.request({ ...options, agent: false }, resolve).on('error', reject)
  request.end(JSON.stringify({ file, passphrase: PASSPHRASE }))
  const response = await promise
  assert.equal(response.statusCode, 201, JSON.stringify(await json(response)))
}

interface Case {
  readonly backup: Backup
  readonly dialect: Dialect
  readonly lost: Holding
  readonly ledger: readonly Entry[]
  readonly keys: readonly KeyObject[]
}

interface Judgement {
  readonly lost: number
  readonly returned: number
  readonly refused: number
  readonly faults: readonly string[]
}

const judge = async (stage: Stage, given: Case): Promise<Judgement> => {
  const { backup, dialect, lost, ledger, keys } = given
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-restored-')))
  const data = join(directory.path, 'data')
  const location: DatabaseLocation =
    dialect.name === 'postgres'
      ? stack.use(await dialect.create()).location
      : { kind: 'sqlite', file: join(data, 'windfall.db') }
  const database = location.kind === 'postgres' ? { WINDFALL_DATABASE__URL: location.url } : {}
  const config = loadConfig({ env: { WINDFALL_DATA: data, ...database } })
  await restoreApp(config, { from: backup.file, passphrase: PASSPHRASE })
  const restored = await readHolding(location)

  const simulator = join(stage.records.data, 'simulator', 'ca.cert.pem')
  const env = { ...database, WINDFALL_SIMULATOR__CA_FILE: simulator }
  const server = stack.use(await Supervisor.start({ data, env }))
  const site = { ...stage.site, route: () => [server.url], recovered: () => server.ready() }

  const told = new Map(backup.told.map((each) => [each.enrollment, each]))
  const configured = ledger.filter(({ enrollment }) => told.get(enrollment)?.isConfigured)
  const back = sampleOf(configured)
  for (const entry of back) {
    const certificate = entry.identity?.certificate
    assert(certificate !== undefined)
    const { key } = entry
    const signer = { key, certificate, chain: [], signer: makeSigner(key) }
    assert.equal((await postProfile(site, entry, { signer })).status, 200)
  }

  const [stranger] = keys
  assert(stranger !== undefined)
  const known = ledger.flatMap(({ identity, service }) =>
    [identity, service].flatMap((grant) => grant ?? []),
  )
  for (const { challenge } of sampleOf(known)) {
    const { pending, answer } = await postRequest(site, { challenge, key: stranger })
    assert.equal(readReply(pending, answer).kind, 'failure')
  }
  // Those that nobody had spent when the backup began. Who spent one before it was taken gets what it brought.
  const open = ledger.filter(({ enrollment }) => told.get(enrollment)?.open !== undefined)
  for (const { enrollment, key, identity, service } of open) {
    const grant = [identity, service].find((each) => each?.challenge === told.get(enrollment)?.open)
    const { pending, answer } = await postRequest(site, { challenge: grant?.challenge, key })
    const reply = readReply(pending, answer)
    if (reply.kind !== 'failure') {
      assert.deepEqual(issuedTo(pending, answer).certificate.bytes, grant?.certificate?.bytes)
    }
  }

  for (const key of keys.slice(1)) await enrollHonestly(site, newEntry(stage.authority, key))
  await server[Symbol.asyncDispose]()
  const now = await readHolding(location)
  return {
    lost: ledger.length - configured.length,
    returned: back.length,
    refused: sampleOf(known).length + open.length,
    faults: [
      ...findLosses(restored, backup.told),
      ...findInventions(restored, lost),
      ...findRepeats(now, restored, lost),
    ],
  }
}

/** So many of them, from the first to the last. */
const sampleOf = <T>(all: readonly T[]): readonly T[] =>
  all.filter((_, at) => at % Math.ceil(all.length / SAMPLE) === 0)
