import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fixPort } from '../../src/http/index.ts'
import { BIN, temporaryDirectory } from '../cli/windfall.ts'
import { request } from '../request.ts'
import { fill, mountMemory, skipWithoutMounts } from './mounted.ts'

/** A server on plain HTTP whose log goes to that file. */
const serveInto = async (data: string, file: string) => {
  const { port } = await fixPort({ host: '127.0.0.1', port: 0 })
  const env = {
    PATH: process.env['PATH'],
    WINDFALL_DATA: data,
    WINDFALL_LISTEN: `127.0.0.1:${port}`,
    WINDFALL_OPS__LISTEN: 'off',
    WINDFALL_PUBLIC_URL: 'https://windfall.example',
    WINDFALL_TLS__OFF: 'true',
    WINDFALL_PROXY__TRUSTED: '127.0.0.1',
  }
  const log = openSync(file, 'a')
  const child = spawn(process.execPath, [BIN, 'serve'], { env, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  const ended = once(child, 'exit')
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) if (line === 'ready') break
  assert.equal(child.exitCode, null, 'it did not start')
  return {
    reachable: { url: `http://127.0.0.1:${port}`, roots: [] },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      const [code]: unknown[] = await ended
      assert.equal(code, 0)
    },
  }
}

test('a server answers on while the disk of its log is full, and logs again when there is room [proof R7]', {
  skip: skipWithoutMounts,
}, async () => {
  await using disk = await mountMemory(1)
  await using data = await temporaryDirectory()
  const log = join(disk.path, 'log')
  const ballast = join(disk.path, 'ballast')
  {
    await using server = await serveInto(data.path, log)
    const ask = async () => (await request(server.reachable, '/CA')).status
    fill(ballast)
    // A page of the file may have room yet.
    for (let count = 0; count < 50; count++) assert.equal(await ask(), 200)
    await rm(ballast)
    assert.equal(await ask(), 200)
  }
  assert.match(readFileSync(log, 'utf8'), /"event":"log","lost":\d+/)
})
