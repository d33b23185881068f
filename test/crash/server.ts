import { flushCompileCache } from 'node:module'
import pino from 'pino'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createPublicServer, fixPort } from '../../src/http/index.ts'
import { ACCOUNT } from '../harness.ts'

// A server that its parent kills: windfall as it is, and its public routes on plain HTTP at a port that stays. There
// one may sign in without the password, whose hash takes ten times as long as everything that is to be interrupted.

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const { CRASH_PORT, ...env } = process.env
const logger = pino({ level: 'silent' })
const app = await startApp({ config: loadConfig({ env }), logger })
const { services } = app.core

const named = async () =>
  (await services.accounts.list({ limit: 100 })).find(({ name }) => name === ACCOUNT.name)
const account = (await named()) ?? (await services.accounts.add(ACCOUNT))

const server = await createPublicServer(services, { logger, tls: undefined })
const signIn = async (): Promise<string> => {
  const id = await services.enrollment.begin(account, { remoteAddress: 'local', userAgent: null })
  const { secret } = await services.access.createPortalSession(id, services.minutes)
  return `__Host-windfall-enroll=${secret}`
}
await server.ready()
// Before the routes of windfall, which has no such one.
const [handle] = server.server.listeners('request')
server.server.removeAllListeners('request')
server.server.on('request', (request, response) => {
  if (request.url !== '/sign-in') handle?.call(server.server, request, response)
  else
    signIn().then(
      (cookie) => response.end(cookie),
      (error) => response.destroy(error),
    )
})
await server.listen(await fixPort({ host: '127.0.0.1', port: Number(CRASH_PORT) }))
process.send?.('ready')
// Whoever is killed writes no cache at its end.
flushCompileCache()
