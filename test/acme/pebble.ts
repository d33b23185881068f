import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fixPort } from '../../src/http/index.ts'
import { chainPem, intermediate, keyPem, makeLeaf, putFile } from '../pair.ts'

const find = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'pebble'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

const program = find()

/** For the `skip` option of a test. */
export const skipWithoutPebble = program === undefined && 'pebble is not installed'

export interface Pebble extends AsyncDisposable {
  readonly directoryUrl: string
}

/** Let's Encrypt's test server (package `pebble`), whose own certificate is below the root of test/pair.ts. */
export const startPebble = async (directory: string, httpPort: number): Promise<Pebble> => {
  const leaf = makeLeaf()
  const any = { host: '127.0.0.1', port: 0 }
  const [api, management] = [await fixPort(any), await fixPort(any)]
  const configuration = {
    listenAddress: `localhost:${api.port}`,
    managementListenAddress: `localhost:${management.port}`,
    certificate: await putFile(directory, 'pebble.pem', chainPem(leaf, intermediate)),
    privateKey: await putFile(directory, 'pebble.key', keyPem(leaf)),
    httpPort,
    tlsPort: httpPort,
    // Answers are not to take as long as those of a real CA.
    retryAfter: { authz: 0, order: 0 },
  }
  const file = await putFile(directory, 'pebble.json', JSON.stringify({ pebble: configuration }))
  const child = spawn(program ?? '', ['-config', file], {
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '25' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void log.push(text))
  }
  const ended = once(child, 'close')
  while (!log.join('').includes('ACME directory available')) {
    const isOver = await Promise.race([
      ended.then(() => true),
      once(child.stdout, 'data').then(() => false),
    ])
    if (isOver) throw new Error(log.join(''))
  }
  return {
    directoryUrl: `https://localhost:${api.port}/dir`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
