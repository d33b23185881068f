import { BUILT_SERVER, makeData, P256_WITH_RA, startChild } from './child.ts'
import { readMemoryMb } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import { bareWithRa } from './issuance.ts'
import type { RsaKey } from './key.ts'
import {
  fetchResponder,
  type LoadResult,
  makeStaticRequests,
  measureLoad,
  sendRequest,
} from './load.ts'
import type { Row } from './report.ts'
import { memoryRow } from './start.ts'

const BEGIN = 1000
const BATCH = 1000
const MEMORY_AT = 20_000
const LOAD = { rounds: 4, perRound: 250 }

/**
 * Issuance by the built server with 1,000 certificates stored and with `end`; with 20,000 also the memory that
 * it holds then.
 */
export const measureGrowth = async (
  end: number,
  keys: Generator<RsaKey, never>,
): Promise<readonly Row[]> => {
  await using data = await makeData()
  const options = { program: BUILT_SERVER, data: data.path, env: P256_WITH_RA }
  await using child = await startChild(options)
  await child.firstLine()
  using scep = new Peer(child.scepPort)
  const responder = await fetchResponder(scep)
  const make = (count: number) => makeStaticRequests(keys, count, responder)
  const work = (request: Uint8Array): Promise<void> => sendRequest(scep, request)
  let stored = 0
  const fillTo = async (count: number): Promise<void> => {
    for (; stored < count; stored += BATCH) await inFlight(IN_FLIGHT, await make(BATCH), work)
  }
  const measure = async (): Promise<LoadResult> => {
    const prepare = () => make(LOAD.perRound)
    const result = await measureLoad(child, { ...LOAD, prepare, work, bare: bareWithRa })
    stored += LOAD.rounds * LOAD.perRound
    return result
  }
  await fillTo(BEGIN)
  const first = await measure()
  const rows: Row[] = []
  if (end >= MEMORY_AT) {
    await fillTo(MEMORY_AT)
    const memory = readMemoryMb(child.pid)
    rows.push(memoryRow('memory-loaded', 'its memory after 20,000 issuances', memory, 260))
  }
  await fillTo(end)
  const last = await measure()
  // The cost in operations, so that a change of the machine's pace is not taken for growth.
  const value = first.share / last.share
  const what = `SCEP issuance with ${end} certificates stored ÷ the same with ${BEGIN}`
  const measured = `${last.cpuMs.toFixed(2)} ÷ ${first.cpuMs.toFixed(2)} ms`
  return [...rows, { id: `growth-${end}`, what, measured, value, target: { most: 1.2 } }]
}
