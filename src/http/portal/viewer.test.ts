import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { viewerOf } from './viewer.ts'

const look = async (agent: string, path = '/'): Promise<readonly unknown[]> => {
  await using server = Fastify()
  server.get('/', async (request) => viewerOf(request))
  const answer = await server.inject({ url: path, headers: { 'user-agent': agent } })
  const { gear, kind, browser } = answer.json<Record<string, unknown>>()
  return [gear, kind, browser]
}

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT}`
const IPAD = `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${WEBKIT}`
const MAC = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT}`

const CASES: readonly (readonly [agent: string, expected: readonly unknown[]])[] = [
  [`${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`, ['iphone', 'apple', undefined]],
  [`${IPAD} Version/12.1 Mobile/15E148 Safari/604.1`, ['ipad', 'apple', undefined]],
  [`${MAC} Version/18.1 Safari/605.1.15`, ['mac', 'apple', undefined]],
  [`${IPHONE} CriOS/130.0 Mobile/15E148 Safari/604.1`, ['iphone', 'browser', 'Chrome']],
  [`${IPHONE} FxiOS/131.0 Mobile/15E148 Safari/605.1.15`, ['iphone', 'browser', 'Firefox']],
  [`${IPAD} EdgiOS/129.0 Version/18.0 Mobile/15E148 Safari/604.1`, ['ipad', 'browser', 'Edge']],
  [`${IPHONE} Mobile/15E148`, ['iphone', 'app', undefined]],
  [`${IPHONE} Mobile/15E148 Instagram 350.0`, ['iphone', 'app', undefined]],
  [`${IPHONE} GSA/340.0 Mobile/15E148 Safari/604.1`, ['iphone', 'app', undefined]],
  [`${IPHONE} Mobile/15E148 Safari/604.1 [FBAN/FBIOS;FBAV/480.0]`, ['iphone', 'app', undefined]],
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
    [undefined, 'android', undefined],
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
    [undefined, 'desktop', undefined],
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
    [undefined, 'desktop', undefined],
  ],
  ['curl/8.5.0', [undefined, 'unknown', undefined]],
  ['', [undefined, 'unknown', undefined]],
]

test('tells devices, other browsers and windows inside apps by what they call themselves', async () => {
  for (const [agent, expected] of CASES) assert.deepEqual(await look(agent), expected, agent)
})

test('believes whoever says that it is another device, but makes no iPhone of an Android one', async () => {
  const android = 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36'

  assert.equal((await look(`${MAC} Version/18.1 Safari/605.1.15`, '/?on=ipad'))[0], 'ipad')
  assert.equal((await look(`${MAC} Version/18.1 Safari/605.1.15`, '/?on=toaster'))[0], 'mac')
  assert.equal((await look(android, '/?on=iphone'))[0], undefined)
})
