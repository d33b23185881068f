import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BUILT_SERVER, type Child, makeData, startChild } from './child.ts'
import { readCpuMs, readMemoryMb } from './cpu.ts'
import { IN_FLIGHT, inFlight, Peer } from './exchange.ts'
import type { Row } from './report.ts'
import { memoryRow } from './start.ts'

const STREAMS = 5000
const OPENED_AT_ONCE = 100
const READS = 4000
const SETTLE_MS = 2000
const ACCOUNT = { name: 'bench', password: 'correct horse battery staple' }

/** Plain HTTP, as a proxy on this machine speaks it. */
const PLAIN = {
  WINDFALL_TLS__OFF: 'true',
  WINDFALL_PUBLIC_URL: 'https://localhost',
  WINDFALL_PROXY__TRUSTED: '127.0.0.1',
  // Many streams are opened together, and none may be refused.
  WINDFALL_OVERLOAD__WAIT_MILLISECONDS: '60000',
} as const

/** What a read of the API costs, and what it takes to tell many clients of each step. */
export const measureEvents = async (): Promise<readonly Row[]> => {
  await using data = await makeData()
  await using child = await startChild({ program: BUILT_SERVER, data: data.path, env: PLAIN })
  await child.firstLine()
  const token = readFileSync(join(data.path, 'api-token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}` }
  using peer = new Peer(child.port)
  const body = Buffer.from(JSON.stringify(ACCOUNT))
  await peer.exchange({ method: 'POST', path: '/api/v1/accounts', headers, body })
  await signIn(peer)
  const read = await measureRead(child, peer, headers)
  return [read, ...(await measureStreams(child, peer, headers))]
}

/** Two steps: somebody signed in, and was sent a profile. */
const signIn = async (peer: Peer): Promise<void> => {
  const credentials = Buffer.from(`${ACCOUNT.name}:${ACCOUNT.password}`).toString('base64')
  await peer.send({
    method: 'GET',
    path: '/enroll',
    headers: { authorization: `Basic ${credentials}` },
  })
}

const measureRead = async (
  { pid }: Child,
  peer: Peer,
  headers: Readonly<Record<string, string>>,
): Promise<Row> => {
  const list = await peer.send({ method: 'GET', path: '/api/v1/enrollments', headers })
  const [, id] = /"id":"(enr_[^"]+)"/.exec(list.toString()) ?? []
  const reads = Array.from({ length: READS }, () => `/api/v1/enrollments/${id}`)
  const send = (path: string) => peer.send({ method: 'GET', path, headers })
  await inFlight(IN_FLIGHT, reads, send)
  const before = readCpuMs(pid)
  await inFlight(IN_FLIGHT, reads, send)
  const cpuMs = (readCpuMs(pid) - before) / READS
  return {
    id: 'api-read',
    what: 'reading one enrollment by the API, CPU',
    measured: `${cpuMs.toFixed(3)} ms`,
    value: cpuMs,
    target: { most: 0.25 },
  }
}

const measureStreams = async (
  { pid, port }: Child,
  peer: Peer,
  { authorization = '' }: Readonly<Record<string, string>>,
): Promise<readonly Row[]> => {
  await sleep(SETTLE_MS)
  const idle = readMemoryMb(pid)
  const request = `GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`
  const streams: Stream[] = []
  while (streams.length < STREAMS) {
    const some = Array.from({ length: OPENED_AT_ONCE }, () => openStream(port, request))
    streams.push(...(await Promise.all(some)))
  }
  await sleep(SETTLE_MS)
  const open = readMemoryMb(pid)
  const before = readCpuMs(pid)
  const told = streams.map(({ told }) => told)
  await signIn(peer)
  await Promise.all(told)
  const cpuMs = (readCpuMs(pid) - before) / STREAMS
  const after = readMemoryMb(pid)
  for (const { socket } of streams) socket.destroy()
  return [
    memoryRow('event-streams', `${STREAMS} open event streams, plain HTTP`, open - idle, 150),
    {
      id: 'event-told',
      what: 'telling one of them of the steps of a sign-in, CPU, the sign-in included',
      measured: `${cpuMs.toFixed(3)} ms, whole process ${Math.round(Math.max(open, after))} MB`,
      value: cpuMs,
      target: { most: 0.1 },
    },
  ]
}

interface Stream {
  readonly socket: Socket
  /** Once the second step of a sign-in has come. */
  readonly told: Promise<void>
}

const openStream = async (port: number, request: string): Promise<Stream> => {
  const socket = connect({ host: '127.0.0.1', port })
  const begun = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  socket.on('error', begun.reject).on('data', (chunk) => {
    const text = chunk.toString('latin1')
    if (text.includes('retry: ')) begun.resolve()
    if (text.includes('"profile_service_sent"')) told.resolve()
  })
  socket.write(request)
  await begun.promise
  return { socket, told: told.promise }
}
