import { statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { IN_FLIGHT, Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import { fetchResponder, makeStaticRequests, sendRequest } from './load.ts'
import { openSqlitePlace, type Place, prepare, startServer } from './place.ts'
import type { Row } from './report.ts'
import { seed } from './seed.ts'

const REQUESTS = 512
const WARM_UP_MS = 10_000
const ALONE_MS = 10_000

/** What a backup costs those who are issued certificates meanwhile. */
export const measureBackup = async (
  certificates: number,
  keys: Generator<RsaKey, never>,
): Promise<readonly Row[]> => {
  await using place = await openSqlitePlace()
  await prepare(place)
  await seed(place.location, { first: 1, last: certificates })
  const size = await place.sizeMb()
  await using child = await startServer(place)
  await child.firstLine()
  using scep = new Peer(child.scepPort)
  const requests = await makeStaticRequests(keys, REQUESTS, await fetchResponder(scep))
  await issue(scep, requests, sleep(WARM_UP_MS))
  const before = await issue(scep, requests, sleep(ALONE_MS))
  const file = join(place.data, 'bench.windfall')
  const during = await issue(scep, requests, backUp(place, file))
  const after = await issue(scep, requests, sleep(ALONE_MS))
  const alone = (before.perSecond + after.perSecond) / 2
  const rates = [during.perSecond, alone].map((rate) => `${rate.toFixed(0)}/s`).join(' ÷ ')
  const took = `${during.seconds.toFixed(0)} s, ${(statSync(file).size / 1e6).toFixed(0)} MB`
  return [
    {
      id: 'backup',
      what: `SQLite, ${size.toFixed(0)} MB: issuance while a backup is made ÷ without`,
      measured: `${rates}; ${took}`,
      value: during.perSecond / alone,
      target: { least: 0.8 },
    },
  ]
}

/** Asks for certificates, one request after another on each connection, until `end`. A request can be sent again. */
const issue = async (scep: Peer, requests: readonly Uint8Array[], end: Promise<unknown>) => {
  const begin = performance.now()
  let isOver = false
  let issued = 0
  const ask = async (_: unknown, first: number): Promise<void> => {
    for (let turn = first; !isOver; turn += IN_FLIGHT) {
      const one = requests[turn % requests.length]
      if (one === undefined) throw new Error('there are no requests')
      await sendRequest(scep, one)
      issued++
    }
  }
  const asking = Promise.all(Array.from({ length: IN_FLIGHT }, ask))
  await end
  isOver = true
  await asking
  const seconds = (performance.now() - begin) / 1000
  return { seconds, perSecond: issued / seconds }
}

/** By the owner's socket, as `windfall backup` asks for it. */
const backUp = async ({ data }: Place, file: string): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const headers = { 'content-type': 'application/json' }
  const socketPath = join(data, 'windfall.sock')
  const path = '/api/v1/backups'
  const sent = request({ socketPath, path, method: 'POST', headers }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode))
  })
  sent.on('error', reject).end(JSON.stringify({ file, passphrase: 'a windfall of apples' }))
  const status = await promise
  if (status !== 201) throw new Error(`the backup was refused: ${status}`)
}
