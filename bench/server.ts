// The server under test for whole enrollments: windfall as it is, and two things that it does not have. Its public
// routes are served over plain HTTP as well, and there one may sign in without a password. Both take from the
// measurement what is not measured: TLS handshakes and the password hash, each made slow on purpose.
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
server.get('/bench/sign-in', async (request) => {
  const origin = { remoteAddress: request.ip, userAgent: null }
  const id = await services.enrollment.begin(account, origin)
  const { secret } = await services.access.createPortalSession(id, services.minutes)
  return `__Host-windfall-enroll=${secret}`
})
const url = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
process.stdout.write(`${JSON.stringify({ main: Number(url.port) })}\n`)
await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
