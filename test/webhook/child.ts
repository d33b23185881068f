import pino from 'pino'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import { ACCOUNT } from '../harness.ts'

// A server that its parent kills. It adds a webhook if its parent names one, takes so many steps, and says so.

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const { CHILD_HOOK, CHILD_STEPS, CHILD_LATER, ...env } = process.env
const clock = { now: () => Date.now() + Number(CHILD_LATER) }
const app = await startApp({
  config: loadConfig({ env }),
  logger: pino({ level: 'silent' }),
  clock,
})
const { accounts, enrollment, webhooks } = app.core.services
const doing = { by: { name: 'owner', origin: undefined } }
if (CHILD_HOOK) {
  await accounts.add(ACCOUNT)
  await webhooks.add({ url: CHILD_HOOK }, doing)
}
const account = await accounts.get(ACCOUNT.name)
const begun: string[] = []
for (let count = 0; count < Number(CHILD_STEPS); count++) {
  begun.push(await enrollment.begin(account, { remoteAddress: '192.0.2.7', userAgent: null }))
}
process.send?.(begun)
