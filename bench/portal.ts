import { BENCH_SERVER, makeData, startChild } from './child.ts'
import { readCpuMs } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import type { Row } from './report.ts'

const READS = 3000

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const DESKTOP = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'

/** What the pages cost that a person with a telephone sees, without TLS and password hash. */
export const measurePortal = async (): Promise<readonly Row[]> => {
  await using data = await makeData()
  await using child = await startChild({ program: BENCH_SERVER, data: data.path, env: {} })
  const ports: { readonly main: number; readonly door: number } = JSON.parse(
    await child.firstLine(),
  )
  using door = new Peer(ports.door)
  using peer = new Peer(ports.main)
  const cookie = (await door.send({ method: 'GET', path: '/' })).toString()
  const rows: Row[] = []
  for (const { id, what, path, agent } of [
    { id: 'portal-welcome', what: 'the first page, with a QR code', path: '/', agent: DESKTOP },
    { id: 'portal-sign-in', what: 'the sign-in page', path: '/enroll', agent: IPHONE },
    { id: 'portal-guide', what: 'the page of all taps', path: '/enroll/ready', agent: IPHONE },
    { id: 'portal-news', what: 'the question for news', path: '/enroll/progress', agent: IPHONE },
    { id: 'portal-me', what: 'the page of my devices', path: '/me', agent: IPHONE },
  ]) {
    const headers = {
      ...{ accept: 'text/html', 'accept-language': 'de-DE,de;q=0.9' },
      ...{ 'user-agent': agent, cookie },
    }
    const reads = Array.from({ length: READS }, () => path)
    const send = (one: string) => peer.send({ method: 'GET', path: one, headers })
    await inFlight(IN_FLIGHT, reads, send)
    const before = readCpuMs(child.pid)
    await inFlight(IN_FLIGHT, reads, send)
    const cpuMs = (readCpuMs(child.pid) - before) / READS
    const measured = `${cpuMs.toFixed(3)} ms`
    rows.push({ id, what: `${what}, CPU`, measured, value: cpuMs, target: { most: 1 } })
  }
  return rows
}
