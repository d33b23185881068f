import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../harness.ts'
import { request } from '../request.ts'

for (const http2 of [false, true]) {
  test(`the line of a request says where it came from (HTTP/${http2 ? '2' : '1.1'})`, async () => {
    const server = await startTestServer()
    await request(server, '/CA', { http2 })
    // Every line is written once the server has stopped.
    await server[Symbol.asyncDispose]()
    const line = server
      .log()
      .split('\n')
      .find((each) => each.includes('"route":"/CA"'))
    assert.match(line ?? '', /"remoteAddress":"127\.0\.0\.1"/)
  })
}
