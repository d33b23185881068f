import { BUILT_SERVER, makeData, P256_WITH_RA, startChild } from './child.ts'
import { readMemoryMb } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import type { RsaKey } from './key.ts'
import { fetchResponder, makeStaticRequests, sendRequest } from './load.ts'
import type { Row } from './report.ts'
import { memoryRow } from './start.ts'

const ISSUANCES = 20_000
const BATCH = 1000

/** What the built server holds in memory after it has issued for a while. */
export const measureMemory = async (keys: Generator<RsaKey, never>): Promise<readonly Row[]> => {
  await using data = await makeData()
  const options = { program: BUILT_SERVER, data: data.path, env: P256_WITH_RA }
  await using child = await startChild(options)
  await child.firstLine()
  using scep = new Peer(child.scepPort)
  const responder = await fetchResponder(scep)
  for (let issued = 0; issued < ISSUANCES; issued += BATCH) {
    const requests = await makeStaticRequests(keys, BATCH, responder)
    await inFlight(IN_FLIGHT, requests, (request) => sendRequest(scep, request))
  }
  const what = 'its memory after 20,000 issuances'
  return [memoryRow('memory-loaded', what, readMemoryMb(child.pid), 260)]
}
