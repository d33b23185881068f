import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Reachable } from '../request.ts'
import { issuedTo, postScep, type TestRequest } from '../scep-client.ts'
import { manyKeys } from './keys.ts'
import { ask, identify, openScene, refused, rowsOf, toHex } from './scene.ts'

const PROGRAM = fileURLToPath(new URL('killed-server.ts', import.meta.url))

/** Another process that holds the data; it ends by SIGKILL. */
const startProcess = async (data: string) => {
  const env = {
    WINDFALL_DATA: data,
    WINDFALL_LISTEN: '127.0.0.1:0',
    WINDFALL_OPS__LISTEN: 'off',
  }
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const [url] = await once(createInterface(child.stdout), 'line')
  return { url: String(url), kill, [Symbol.asyncDispose]: kill }
}

/** Sends all at once and kills the server when so many answers are there; those are returned. */
const interrupt = async (
  server: Reachable & { kill(): Promise<void> },
  requests: readonly TestRequest[],
  after: number,
): Promise<ReadonlyMap<TestRequest, string>> => {
  const acknowledged = new Map<TestRequest, string>()
  await Promise.all(
    requests.map(async (request) => {
      try {
        const answer = await postScep(server, request)
        acknowledged.set(request, toHex(issuedTo(request, answer).certificate.bytes))
      } catch {
        // The connection broke: the device does not know what became of its request.
      }
      if (acknowledged.size >= after) await server.kill()
    }),
  )
  return acknowledged
}

const KILL_AFTER = [1, 3, 8]
const DEVICES = 12

test(`after kill -9 amid ${DEVICES} requests, ${KILL_AFTER.length} times, every key gets its certificate, the same that was acknowledged, and no other key gets one [security S5 S16]`, {
  timeout: 60_000,
}, async () => {
  const data = await mkdtemp(join(tmpdir(), 'windfall-killed-'))
  const [stranger, ...keys] = manyKeys(DEVICES + 1)
  assert(stranger !== undefined)
  try {
    for (const after of KILL_AFTER) {
      const { requests, foreign, roots } = await prepare(data, keys, stranger)
      let acknowledged: ReadonlyMap<TestRequest, string>
      {
        await using child = await startProcess(data)
        acknowledged = await interrupt({ ...child, roots }, requests, after)
      }
      assert(acknowledged.size >= after)

      await using scene = await openScene({ data })
      for (const request of requests) {
        const { certificate } = issuedTo(request, await postScep(scene.wire, request))
        const before = acknowledged.get(request)
        if (before !== undefined) assert.equal(toHex(certificate.bytes), before)
      }
      for (const request of foreign) {
        assert.equal(
          (await refused(scene, () => postScep(scene.wire, request))).code,
          'challenge_spent',
        )
      }
      const certificates = await rowsOf(scene.db, 'certificate')
      assert.equal(
        certificates.length,
        new Set(certificates.map((row) => row['challenge_id'])).size,
      )
      assert.equal(certificates.filter((row) => row['signature'] === null).length, 0)
    }
  } finally {
    await rm(data, { recursive: true, force: true })
  }
})

/** Devices that hold a challenge each, their requests, and those of somebody else with the same challenges. */
const prepare = async (
  data: string,
  keys: readonly TestRequest['key'][],
  stranger: TestRequest['key'],
) => {
  await using scene = await openScene({ data })
  const requests: TestRequest[] = []
  const foreign: TestRequest[] = []
  for (const key of keys) {
    const { challenge } = await identify(scene)
    requests.push(ask(scene, { key, challenge }))
    foreign.push(ask(scene, { key: stranger, challenge }))
  }
  return { requests, foreign, roots: scene.server.roots }
}
