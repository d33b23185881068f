import fc from 'fast-check'
import { z } from 'zod'
import { newId } from '../../src/model/index.ts'
import { basic } from '../device.ts'
import { bearer } from '../operator.ts'
import { type Cast, makeCast } from './cast.ts'
import { type Move, sequence } from './move.ts'
import { playSequence } from './phases.ts'
import type { Stage } from './stage.ts'
import { type Exchange, transcribe } from './transcript.ts'

const SEQUENCES = 25

/** Everything that can be asked of a server, honestly and not, in one fixed order: what came of it. */
export const runScript = async (server: Stage): Promise<readonly Exchange[]> => {
  const { stage, exchanges } = transcribe(server)
  const cast = await makeCast(stage)
  await askForPages(stage)
  await guess(stage)
  await askScep(stage)
  await playSome(stage, cast)
  await askApi(stage)
  await openLinks(stage)
  return exchanges
}

const askForPages = async ({ send }: Stage): Promise<void> => {
  for (const path of ['/', '/CA', '/favicon.svg', '/enroll', '/enroll/ready', '/enrollments']) {
    await send({ path })
    await send({ path, headers: { accept: 'text/html' } })
  }
  await send({ path: '/nothing' })
  await send({ path: '/', headers: { host: 'elsewhere.example' } })
  await send({ method: 'POST', path: '/profile' })
  await send({ method: 'POST', path: '/profile', body: Buffer.from('0') })
  await send({ method: 'POST', path: '/profile', body: Buffer.alloc(300_000) })
  await send({ method: 'POST', path: '/profile', headers: { 'content-encoding': 'gzip' } })
}

/** Signs in by both ways, and does not, until guessing is stopped. */
const guess = async ({ send, server }: Stage): Promise<void> => {
  const { body } = await send({ path: '/enroll', headers: basic() })
  if (body.length === 0) throw new Error('nobody can sign in')
  const form = (fields: string, headers = {}) =>
    send({ method: 'POST', path: '/enroll', headers, body: Buffer.from(fields) })
  await form('name=ANNA&password=correct+horse+battery+staple')
  await form('name=anna')
  await form('name=anna&password=x', { 'sec-fetch-site': 'cross-site' })
  for (const authorization of ['Basic', 'Basic eA==', 'Bearer x', 'Basic YW5uYTo=']) {
    await send({ path: '/enroll', headers: { authorization } })
  }
  for (let failures = 0; failures < 9; failures++) {
    await send({ path: '/enroll', headers: basic({ name: 'Anna', password: 'guess' }) })
  }
  await form('name=anna&password=guess')
  server.clock.advance(15 * 60_000)
}

const askScep = async ({ send }: Stage): Promise<void> => {
  for (const operation of ['GetCACaps', 'GetCACert', 'GetNextCACert', 'PKIOperation', 'x', '']) {
    const query = `/scep?operation=${operation}`
    await send({ path: query })
    await send({ path: `${query}&message=MAA=` })
    await send({ method: 'POST', path: query, body: Buffer.from('3000', 'hex') })
  }
}

/** Sequences of the model; copies that it sends at once come one after the other here: in the same order each time. */
const playSome = async (stage: Stage, cast: Cast): Promise<void> => {
  const count = { outcomes: new Map(), delivered: 0, finished: 0 }
  for (const moves of fc.sample(sequence, { numRuns: SEQUENCES, seed: 20 })) {
    await playSequence(stage, { cast, moves: moves.flatMap(oneByOne), count })
  }
}

const oneByOne = (move: Move): readonly Move[] => {
  if (move.kind === 'replay') return [{ ...move, copies: 1 }]
  if (!('twist' in move)) return [move]
  const { copies = 1, ...twist } = move.twist
  return Array.from({ length: copies }, () => ({ ...move, twist }))
}

const askApi = async ({ send, server }: Stage): Promise<void> => {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const headers = bearer(server)
    const answer = await send({
      ...{ path: `/api/v1${path}`, headers },
      ...(body === undefined ? {} : { method: 'POST', body: Buffer.from(JSON.stringify(body)) }),
    })
    return JSON.parse(answer.body.toString())
  }
  await send({ path: '/api/v1/enrollments' })
  await send({ path: '/api/v1/enrollments', headers: { authorization: 'Bearer x' } })
  for (const query of ['?limit=0', '?limit=x', '?cursor=x', '?state=x', '?state=refused', '?x=1']) {
    await ask(`/enrollments${query}`)
  }
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const found = PAGE.parse(await ask(`/enrollments?limit=17${cursor && `&cursor=${cursor}`}`))
    ids.push(...found.data.map(({ id }) => id))
    cursor = found.page.nextCursor
  }
  for (const id of ids) await ask(`/enrollments/${id}`)
  await ask('/enrollments/x')
  await ask(`/enrollments/${newId('enrollment', 0)}`)
  await ask('/steps?limit=500')
  for (const account of ACCOUNTS) await ask('/accounts', account)
  await ask('/accounts')
  await ask('/accounts/ANNE/disable', {})
  await ask('/accounts/nobody/disable', {})
  await ask('/audit?limit=500')
  await ask('/nothing')
}

const PAGE = z.object({
  data: z.array(z.object({ id: z.string() })),
  page: z.object({ nextCursor: z.string().nullable() }),
})

const ACCOUNTS: readonly unknown[] = [
  { name: 'Anne', password: 'x', fullName: 'Anne Ärmel', attributes: { room: 'a\tb\n🍎' } },
  { name: 'anne', password: 'x' },
  { name: 'Jose\u0301', password: 'x' },
  { name: 'JOS\u00c9', password: 'x' },
  { name: ' ', password: 'x' },
  { name: 'a:b', password: 'x' },
  { name: 'n\0l', password: 'x' },
  { name: 'lone', password: 'x', fullName: '\ud800' },
  { name: 'empty', password: ' ' },
  { name: 'much', password: 'x'.repeat(9_999) },
  { name: 'more', password: 'x', extra: true },
  [],
]

const openLinks = async ({ send, server }: Stage): Promise<void> => {
  const { access, enrollment } = server.app.core.services
  const [record] = await enrollment.find({ limit: 1 })
  for (const scope of ['*', record?.id] as const) {
    if (scope === undefined) throw new Error('nobody has enrolled')
    const { secret } = await access.createLink(scope)
    const { headers } = await send({ path: `/open/${secret}` })
    await send({ path: `/open/${secret}` })
    const cookie = String(headers['set-cookie']).split(';', 1)[0] ?? ''
    for (const path of ['/enrollments', `/enrollments/${record?.id}`, '/enrollments/x']) {
      await send({ path, headers: { cookie } })
    }
  }
  await send({ path: `/open/${'x'.repeat(43)}` })
}
