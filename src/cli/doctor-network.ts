import { lookup } from 'node:dns/promises'
import type { Finding } from '../api-client/index.ts'
import { hostOf } from '../config/index.ts'
import type { Certificate } from '../protocol/x509/index.ts'
import { failed, ok, reasonOf, warning } from './doctor-finding.ts'
import { lookAtTls } from './doctor-tls.ts'
import { type ProbeAnswer, probe } from './probe.ts'

export interface Surroundings {
  readonly publicUrl: string
  readonly listen: { readonly host: string; readonly port: number; readonly isPlain: boolean }
  /** Windfall's own root. */
  readonly root: Certificate
  readonly signal: AbortSignal
}

/** What a phone would see of a server that runs: its name, port, certificate, pages and SCEP. */
export const examineNetwork = async (around: Surroundings): Promise<readonly Finding[]> => {
  const { publicUrl, listen } = around
  const name = await lookAtName(around)
  const direct = await ask(around, '/CA', 'direct')
  if (direct instanceof Error) {
    const seen = `${listen.host}:${listen.port} does not answer here (${reasonOf(direct)})`
    return [name, failed('port', seen, 'See the log of the server, and what else has the port.')]
  }
  const port = ok('port', `${listen.host}:${listen.port} answers on this machine`)
  const outside = await ask(around, '/CA', 'public')
  if (outside instanceof Error) {
    const seen = `${publicUrl} cannot be reached from here (${reasonOf(outside)})`
    const fix =
      'Open the port in the firewall, or see that the proxy runs and passes on to windfall; from inside some networks the public address does not work: then try from a phone.'
    return [name, port, failed('public address', seen, fix)]
  }
  return [
    name,
    port,
    ok('public address', `${publicUrl} answers`),
    lookAtTls(around, outside),
    lookAtClock(outside),
    ...(await lookAtPages(around)),
    ...(await lookAtScep(around)),
  ]
}

type Way = 'direct' | 'public'

const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

const ask = async (
  { publicUrl, listen, signal }: Surroundings,
  path: string,
  way: Way,
): Promise<ProbeAnswer | Error> => {
  const url = new URL(path, publicUrl)
  const via = { ...listen, host: WILDCARDS.get(listen.host) ?? listen.host }
  const headers = { accept: 'text/html,*/*' }
  try {
    return await probe({ url, headers, signal, ...(way === 'direct' ? { via } : {}) })
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof Error ? error : new Error(String(error))
  }
}

const lookAtName = async ({ publicUrl }: Surroundings): Promise<Finding> => {
  const host = hostOf(publicUrl)
  try {
    const found = await lookup(host, { all: true })
    return ok('name', `${host} is ${found.map(({ address }) => address).join(', ')}`)
  } catch (error) {
    const seen = `${host} does not resolve here (${reasonOf(error)})`
    return failed('name', seen, 'Add an A or AAAA record, in the DNS that the devices ask.')
  }
}

const CLOCK_WARNING_S = 30
const CLOCK_FAILURE_S = 300

const lookAtClock = ({ headers: { date = '' } }: ProbeAnswer): Finding => {
  const seconds = Math.round(Math.abs(Date.now() - Date.parse(date)) / 1000)
  const fix = 'Set the clocks of this machine and of the proxy by NTP.'
  if (Number.isNaN(seconds)) return warning('clock', 'the answer tells no time', fix)
  const seen = `the answer is dated ${seconds} s from the clock of this machine`
  if (seconds > CLOCK_FAILURE_S) return failed('clock', seen, fix)
  return seconds > CLOCK_WARNING_S ? warning('clock', seen, fix) : ok('clock', seen)
}

/** Headers that decide what a phone does with an answer. */
const DECISIVE = ['content-type', 'content-encoding', 'x-content-type-options', 'cache-control']

const lookAtPages = async (around: Surroundings): Promise<readonly Finding[]> => {
  const compare = (path: string) => compareWays(around, { name: `page ${path}`, path })
  return [await compare('/CA'), await compare('/enroll')]
}

const SCEP_FIX = 'Pass /scep on as it comes, with its query.'
/** As long as the request for a certificate with a key of 4096 bits, twice over. */
const LONG_QUERY = 16_000

const lookAtScep = async (around: Surroundings): Promise<readonly Finding[]> => {
  const of = (operation: string) => `/scep?operation=${operation}`
  const long = await ask(around, `${of('GetCACaps')}&message=${'A'.repeat(LONG_QUERY)}`, 'public')
  const why = long instanceof Error ? reasonOf(long) : `status ${long.status}`
  const isLongGood = !(long instanceof Error) && long.status === 200
  return [
    await compareWays(around, { name: 'SCEP GetCACaps', path: of('GetCACaps'), fix: SCEP_FIX }),
    await compareWays(around, { name: 'SCEP GetCACert', path: of('GetCACert'), fix: SCEP_FIX }),
    isLongGood
      ? ok('SCEP by GET', `a URL of ${LONG_QUERY} characters arrives`)
      : failed(
          'SCEP by GET',
          `a URL of ${LONG_QUERY} characters does not arrive (${why})`,
          'Allow URLs of 64 KiB in the proxy; for nginx: large_client_header_buffers 4 64k.',
        ),
  ]
}

/** Whether what comes by the public address is what windfall answers. */
const compareWays = async (
  around: Surroundings,
  {
    name,
    path,
    fix = 'Let the proxy pass answers on unchanged: no compression, no types of its own.',
  }: { readonly name: string; readonly path: string; readonly fix?: string },
): Promise<Finding> => {
  const [direct, outside] = [await ask(around, path, 'direct'), await ask(around, path, 'public')]
  if (direct instanceof Error || outside instanceof Error) {
    const reason = [direct, outside].filter((each) => each instanceof Error).map(reasonOf)
    return failed(name, `there is no answer (${reason.join(', ')})`, fix)
  }
  if (outside.status !== direct.status) {
    const seen = `the public address answers ${outside.status}, windfall ${direct.status}`
    return failed(name, seen, fix)
  }
  const changed = DECISIVE.filter((header) => outside.headers[header] !== direct.headers[header])
  if (!outside.body.equals(direct.body)) changed.push('the content')
  if (changed.length > 0) {
    return failed(name, `changed on the way: ${changed.join(', ')}`, fix)
  }
  return ok(name, `arrives unchanged as ${outside.headers['content-type'] ?? 'no type'}`)
}
