// The server under test for whole enrollments: windfall as it is, and two things that it does not have. Its public
// routes are served over plain HTTP as well, and behind another door one may sign in without a password. Both take from the
// measurement what is not measured: TLS handshakes and the password hash, each made slow on purpose.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { startApp } from '../src/app.ts'
import { createLogger } from '../src/cli/log.ts'
import { loadConfig } from '../src/config/index.ts'
import { createPublicServer } from '../src/http/index.ts'

const config = loadConfig({ env: process.env })
const logger = createLogger(process.stderr, config.log.level)
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())

await using app = await startApp({ config, logger })
const { services } = app.core
const account = await services.accounts.add({ name: 'bench', password: 'correct horse battery' })

await using server = await createPublicServer(services, { logger, tls: undefined })
const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
const door = createServer(async (request, response) => {
  const origin = { remoteAddress: request.socket.remoteAddress ?? '', userAgent: null }
  const id = await services.enrollment.begin(account, origin)
  const { secret } = await services.access.createPortalSession(id, services.minutes)
  response.end(`__Host-windfall-enroll=${secret}`)
})
door.listen(0, '127.0.0.1')
await once(door, 'listening')
const ports = { main: Number(url.port), door: Object(door.address()).port }
process.stdout.write(`${JSON.stringify(ports)}\n`)
await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
door.closeAllConnections()
door.close()
