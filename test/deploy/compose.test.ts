import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadConfig } from '../../src/config/index.ts'
import { only, parseDockerfile } from './dockerfile.ts'
import { read } from './files.ts'

const service = z.object({
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  volumes: z.array(z.string()),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z
    .record(z.string(), z.object({ condition: z.literal('service_healthy') }))
    .optional(),
  restart: z.literal('unless-stopped'),
})

const compose = z
  .object({
    services: z.object({
      windfall: service.extend({ build: z.literal('.') }),
      postgres: service,
    }),
    networks: z.object({ front: z.null(), database: z.object({ internal: z.literal(true) }) }),
    volumes: z.record(z.string(), z.null()),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(read('compose.yaml')))

const { windfall, postgres } = compose.services
const last = parseDockerfile(read('Dockerfile')).stages.at(-1) ?? assert.fail('no stage')

test('compose starts windfall on a database that answers, in an image that says how it is', () => {
  assert.ok(windfall.depends_on?.['postgres'])
  assert.equal(postgres.healthcheck?.test[0], 'CMD')
  assert.ok(only(last, 'HEALTHCHECK'))
  assert.deepEqual(windfall.volumes, [`windfall:${only(last, 'VOLUME')}`])
  assert.deepEqual(windfall.ports, [`\${WINDFALL_PORT:-8443}:${only(last, 'EXPOSE')}`])
})

test('compose gives secrets as files, each only to whom it is for', () => {
  assert.deepEqual(
    Object.entries(compose.secrets).map(([name, { file }]) => [name, file]),
    ['database-url', 'postgres-password'].map((name) => [name, `./secrets/${name}`]),
  )
  assert.deepEqual(windfall.secrets, ['database-url'])
  assert.deepEqual(postgres.secrets, ['postgres-password'])
  for (const { environment, secrets } of [windfall, postgres]) {
    const named = Object.entries(environment).filter(([name]) => /PASSWORD|URL_FILE/.test(name))
    assert.deepEqual(
      named.map(([, value]) => value),
      secrets.map((name) => `/run/secrets/${name}`),
    )
  }
  assert.match(read('.gitignore'), /^secrets\/$/m)
})

test('the database is reached by windfall alone, which may do nothing that root may', () => {
  assert.equal(windfall.cap_add, undefined)
  assert.deepEqual(postgres.networks, ['database'])
  assert.equal(postgres.ports, undefined)
})

test('the server takes the environment that compose gives it', () => {
  const url = 'postgres://windfall:secret@postgres/windfall'
  const env = { ...windfall.environment, WINDFALL_PUBLIC_URL: '' }
  const readFile = (path: string) =>
    path === '/run/secrets/database-url' ? url : assert.fail(path)
  assert.equal(loadConfig({ env, readFile }).database.url?.reveal(), url)
})
