import assert from 'node:assert/strict'
import { sql } from 'kysely'
import pino from 'pino'
import { createPublicServer } from '../../src/http/index.ts'
import type { EnrollmentId } from '../../src/model/index.ts'
import { type expectDict, getArray, getDict, getString } from '../../src/protocol/plist/index.ts'
import {
  type Certificate,
  type DistinguishedName,
  isDistinguishedName,
} from '../../src/protocol/x509/index.ts'
import type { Db } from '../../src/store/index.ts'
import type { Holder } from '../codec/holder.ts'
import {
  makeDevice,
  openPayloads,
  openProfile,
  postPhase2,
  postPhase3,
  scepPayloadOf,
  type TestDevice,
} from '../device.ts'
import { ACCOUNT, startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import type { Answer, Reachable } from '../request.ts'
import {
  caCertificates,
  issuedTo,
  type PkcsReqOptions,
  pkcsReq,
  postScep,
  type TestRequest,
} from '../scep-client.ts'

/** A running server and what attacks on it need. */
export interface Scene extends AsyncDisposable {
  readonly server: TestServer
  /** The server's public routes once more, on plain HTTP: for messages by the thousand. */
  readonly wire: Reachable
  readonly ca: readonly Certificate[]
  readonly db: Db
  /** What both have logged so far, debug level. */
  log(): string
}

export const openScene = async (options: TestServerOptions = {}): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startTestServer(options))
  const { services, database } = server.app.core
  const lines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const routes = stack.use(await createPublicServer(services, { logger, tls: undefined }))
  const wire = { url: await routes.listen({ host: '127.0.0.1', port: 0 }), roots: [] }
  const ca = await caCertificates(wire)
  const owned = stack.move()
  return {
    server,
    wire,
    ca,
    db: database.db,
    log: () => server.log() + lines.join(''),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const ORIGIN = { remoteAddress: '127.0.0.1', userAgent: null }

/** A new enrollment of an account holder, without the sign-in: its id and the challenge of phase 1. */
export const offer = async (
  { server }: Scene,
  name: string = ACCOUNT.name,
): Promise<{ readonly id: EnrollmentId; readonly challenge: string }> => {
  const { accounts, enrollment } = server.app.core.services
  const account = (await accounts.list({ limit: 100 })).find((each) => each.name === name)
  assert(account !== undefined)
  const id = await enrollment.begin(account, ORIGIN)
  const content = getDict(openProfile(await enrollment.offer(id, ORIGIN)), 'PayloadContent')
  const challenge = content && getString(content, 'Challenge')
  assert(challenge !== undefined)
  return { id, challenge }
}

/** A device that has told who it is, and what SCEP needs. */
export interface Identified {
  readonly id: EnrollmentId
  readonly device: TestDevice
  /** Of phase 1. */
  readonly offered: string
  /** Of SCEP. */
  readonly challenge: string
  /** What the certificate will be issued for. */
  readonly subject: DistinguishedName
}

/** Phases 1 and 2 of a device, by default a new one. */
export const identify = async (
  scene: Scene,
  device = makeDevice(scene.server),
  name?: string,
): Promise<Identified> => {
  const { id, challenge: offered } = await offer(scene, name)
  const { status, body } = await postPhase2(scene.wire, device, { challenge: offered })
  assert.equal(status, 200)
  const payload = scepPayloadOf(body)
  const challenge = getString(payload, 'Challenge')
  const subject = getArray(payload, 'Subject')
  assert(challenge !== undefined && isDistinguishedName(subject))
  return { id, device, offered, challenge, subject }
}

/** A PKCSReq to the scene's CA. */
export const ask = ({ ca }: Scene, options: Omit<PkcsReqOptions, 'caCertificates'>): TestRequest =>
  pkcsReq({ caCertificates: ca, ...options })

/** Sends a request and takes the certificate that it must bring. */
export const obtain = async (
  scene: Scene,
  options: Omit<PkcsReqOptions, 'caCertificates'>,
): Promise<Holder> => {
  const request = ask(scene, options)
  return issuedTo(request, await postScep(scene.wire, request))
}

/** Phase 3: the configuration that the device must get. */
export const configure = async (
  { wire }: Scene,
  device: TestDevice,
  signer: Holder,
): Promise<ReturnType<typeof openPayloads>> => {
  const { status, body } = await postPhase3(wire, device, { signer })
  assert.equal(status, 200, body.toString('latin1').slice(0, 200))
  return openPayloads(body, signer)
}

/** What an honest device does after somebody attacked its enrollment: SCEP and phase 3, to the end. */
export const finish = async (
  scene: Scene,
  { device, challenge }: Identified,
  key: PkcsReqOptions['key'],
): Promise<Holder> => {
  const holder = await obtain(scene, { key, challenge })
  assert.notEqual((await configure(scene, device, holder)).length, 0)
  return holder
}

const STATE = ['account', 'certificate', 'challenge', 'device', 'enrollment', 'key_pair', 'token']

export type Row = Readonly<Record<string, unknown>>

/** The rows of a table in the order of their ids, bytes as hexadecimal text. */
export const rowsOf = async (db: Db, table: string): Promise<readonly Row[]> => {
  const { rows } = await sql<Row>`select * from ${sql.table(table)} order by 1`.execute(db)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(toText)))
}

const toText = ([name, value]: readonly [string, unknown]): readonly [string, unknown] => [
  name,
  value instanceof Uint8Array ? toHex(value) : value,
]

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Everything that a refusal leaves as it is. Steps and audit lines are not state. */
export const stateOf = async ({ db }: Scene): Promise<Readonly<Record<string, readonly Row[]>>> =>
  Object.fromEntries(
    await Promise.all(STATE.map(async (table) => [table, await rowsOf(db, table)] as const)),
  )

/** One certificate and no other is recorded for a challenge: its row. */
export const onlyCertificate = async ({ db }: Scene, id: EnrollmentId): Promise<Row> => {
  const [row, ...more] = (await rowsOf(db, 'certificate')).filter(
    ({ enrollment_id, purpose }) => enrollment_id === id && purpose === 'ota',
  )
  assert(row !== undefined && more.length === 0, `${more.length} certificates too many`)
  return row
}

export interface Refused {
  readonly answer: Answer
  /** Of the audit line. */
  readonly code: unknown
}

/**
 * Sends what must be refused: the answer is no server error, nothing changes, and one audit line without secrets
 * is written. Whether the answer says no is for the caller to look at where it is a CertRep.
 */
export const refused = async (scene: Scene, send: () => Promise<Answer>): Promise<Refused> => {
  const before = await stateOf(scene)
  const known = (await rowsOf(scene.db, 'audit')).length
  const answer = await send()
  assert.deepEqual(await stateOf(scene), before)
  const [line, ...more] = (await rowsOf(scene.db, 'audit')).slice(known)
  assert(line !== undefined && more.length === 0, `${more.length + (line ? 1 : 0)} audit lines`)
  assert.equal(line['outcome'], 'refused')
  const { previous_hash, hash, ...said } = line
  assert.doesNotMatch(JSON.stringify(said), SECRET)
  assert.doesNotMatch(answer.body.toString('latin1'), /BEGIN|Error:|\bat \w+/)
  const isCertRep = answer.headers['content-type'] === 'application/x-pki-message'
  if (isCertRep) assert.equal(answer.status, 200)
  else assert(answer.status >= 400 && answer.status < 500, `status ${answer.status}`)
  return { answer, code: line['code'] }
}

/** A challenge or token: 32 bytes, base64url. */
const SECRET = /[A-Za-z0-9_-]{43}/

/** The types of the payloads of a profile. */
export const payloadTypes = (payloads: readonly ReturnType<typeof expectDict>[]): unknown[] =>
  payloads.map((payload) => payload.get('PayloadType'))
