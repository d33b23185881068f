import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fixPort } from '../../src/http/index.ts'
import { type Certificate, decodeCertificate } from '../../src/protocol/x509/index.ts'
import { addAnna, PASSWORD, type Running, serve, temporaryDirectory } from '../cli/windfall.ts'
import { basic } from '../device.ts'
import type { Dialect } from '../dialect.ts'
import {
  createHttp1Client,
  createHttp2Client,
  type Message,
  type SteadyClient,
} from './steady-client.ts'

export interface StopOptions {
  readonly dialect: Dialect
  /** Servers on one database; where there are two, one is up at any time. */
  readonly nodes: 1 | 2
  /** How often a server is stopped and started again. */
  readonly stops: number
  /** The longest time between a start and the next stop, in milliseconds. */
  readonly latest: number
}

export interface StopResult {
  readonly answered: number
  /** Requests that no server let in. */
  readonly unsent: number
  /** How many of the stops found requests under way. */
  readonly amid: number
  /** Requests that were sent and not answered, or answered with a fault of the server. */
  readonly lost: readonly string[]
  readonly exitCodes: readonly (number | null)[]
  /** From the signal to the end of the process, in milliseconds. */
  readonly durations: readonly number[]
}

/** What the first process has compiled spares the later ones half of their start. */
const COMPILED = mkdtempSync(join(tmpdir(), 'windfall-compiled-'))
process.once('exit', () => rmSync(COMPILED, { recursive: true }))

/** Some are answered from memory, some wait for the database, one takes a password hash, a profile and a signature. */
const MESSAGES: readonly Message[] = [
  { path: '/CA' },
  { path: '/scep?operation=GetCACaps' },
  { path: '/scep?operation=PKIOperation', method: 'POST', body: 'no message' },
  { path: '/enroll', headers: basic({ name: 'anna', password: PASSWORD }) },
]

/**
 * Clients that reconnect ask without a pause while servers are told to stop, one after another, and start again.
 * Rejects when a server does not start.
 */
export const runStops = async (options: StopOptions): Promise<StopResult> => {
  await using site = await openSite(options)
  const lost: string[] = []
  const exitCodes: (number | null)[] = []
  const durations: number[] = []
  let answered = 0
  let unsent = 0
  let underWay = 0
  let amid = 0
  let isOver = false

  const ask = async (clients: readonly SteadyClient[]): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      const message = MESSAGES[turn % MESSAGES.length] ?? { path: '/' }
      let refusals = 0
      for (const client of clients) {
        underWay++
        const outcome = await client.send(message)
        underWay--
        if (outcome.kind === 'unsent') refusals++
        else if (outcome.kind === 'answered' && outcome.status < 500) answered++
        else lost.push(`${client.name} ${message.path}: ${JSON.stringify(outcome)}`)
        if (outcome.kind !== 'unsent') break
      }
      if (refusals === clients.length) {
        unsent++
        // With two servers somebody always lets them in.
        if (options.nodes === 2) lost.push(`${message.path}: nobody was there`)
        await setTimeout(25)
      }
    }
  }
  const disturb = async (): Promise<void> => {
    try {
      for (let stop = 0; stop < options.stops; stop++) {
        const node = site.nodes[stop % site.nodes.length]
        if (node === undefined) throw new Error('there is no server')
        await setTimeout(Math.random() * options.latest)
        if (underWay > 0) amid++
        const start = performance.now()
        exitCodes.push(await node.stop())
        durations.push(performance.now() - start)
        await node.start()
      }
    } finally {
      isOver = true
    }
  }
  using clients = site.connect()
  await Promise.all([disturb(), ...clients.all.map(ask)])
  return { answered, unsent, amid, lost, exitCodes, durations }
}

interface Node {
  readonly url: string
  start(): Promise<void>
  /** SIGTERM. @returns what the process exits with */
  stop(): Promise<number | null>
}

interface Site extends AsyncDisposable {
  readonly nodes: readonly Node[]
  /** One of each kind, and for each where it turns when its server is not there. */
  connect(): { readonly all: readonly (readonly SteadyClient[])[] } & Disposable
}

const openSite = async ({ dialect, nodes: count }: StopOptions): Promise<Site> => {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await temporaryDirectory()).path
  const { location } = stack.use(await dialect.create())
  const first = join(directory, '0')
  const nodes: Node[] = []
  for (let index = 0; index < count; index++) {
    const data = join(directory, String(index))
    const env = {
      NODE_COMPILE_CACHE: COMPILED,
      ...(location.kind === 'postgres' ? { WINDFALL_DATABASE__URL: location.url } : {}),
      ...(data === first
        ? {}
        : {
            WINDFALL_MASTER_KEY_FILE: join(first, 'master.key'),
            WINDFALL_PROFILE__TEMPLATE_FILE: join(first, 'profile.mobileconfig'),
          }),
    }
    const node = stack.use(await createNode(data, env))
    await node.start()
    nodes.push(node)
  }
  await addAnna(first)
  const roots = [decodeCertificate(await readFile(join(first, 'root.der')))]
  const owned = stack.move()
  return {
    nodes,
    connect: () => connect(nodes, roots),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const createNode = async (
  data: string,
  env: Readonly<Record<string, string>>,
): Promise<Node & AsyncDisposable> => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  let running: Running | undefined
  return {
    url: `https://localhost:${port}`,
    async start() {
      running = (await serve(data, { args: ['--listen', `127.0.0.1:${port}`], env })).running
    },
    async stop() {
      running?.signal('SIGTERM')
      return (await running?.ended)?.code ?? null
    },
    async [Symbol.asyncDispose]() {
      await running?.[Symbol.asyncDispose]()
    },
  }
}

const connect = (
  nodes: readonly Node[],
  roots: readonly Certificate[],
): ReturnType<Site['connect']> => {
  const kinds = [
    (url: string) => createHttp1Client(url, roots, true),
    (url: string) => createHttp1Client(url, roots, true),
    (url: string) => createHttp1Client(url, roots, false),
    (url: string) => createHttp2Client(url, roots),
    (url: string) => createHttp2Client(url, roots),
  ]
  const all = kinds.map((create) => nodes.map(({ url }) => create(url)))
  return {
    all,
    [Symbol.dispose]: () => {
      for (const client of all.flat()) client[Symbol.dispose]()
    },
  }
}
