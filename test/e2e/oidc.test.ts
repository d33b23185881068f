import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startTestServer } from '../harness.ts'
import { createVisitors, heading, signInThere } from '../oidc/browser.ts'
import { startRealProvider } from '../oidc/real-provider.ts'
import { configureOidc } from '../oidc/visit.ts'
import { findChromium } from '../page/browser.ts'
import { newestAudit } from '../speak.ts'

const skip = findChromium() === undefined && 'chromium is absent'

const provider = await startRealProvider((subject) => (subject === 'nora' ? ['it-staff'] : []))
const { issuer } = provider
const configured = configureOidc(issuer)
const server = await startTestServer({
  env: {
    ...configured.env,
    WINDFALL_OIDC__LABEL: 'Example ID',
    WINDFALL_OIDC__SCOPES: 'openid email groups',
    WINDFALL_OIDC__ROLE_CLAIM: 'groups',
    WINDFALL_OIDC__ROLES: 'administrator=it-staff',
  },
})
provider.open(`${server.url}/console/sign-in/oidc/callback`)
const { operators, oidc } = server.app.core.services
await operators.add(
  { name: 'Olga', role: 'owner', identity: { issuer, subject: 'olga' } },
  { name: 'owner', origin: undefined },
)
const visitors = createVisitors(server.url)
after(async () => {
  configured[Symbol.dispose]()
  await visitors[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const goToProvider = async (page: Page): Promise<void> => {
  await page.goto('/console/sign-in')
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click()
}

const signIn = async (page: Page, login: string): Promise<void> => {
  await goToProvider(page)
  await signInThere(page, login)
}

test('an operator signs in with a provider, looks around, and signs out [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await signIn(page, 'olga')
    await page.waitForURL('**/enrollments')
    assert.match(await heading(page), /enrollments/i)
    assert.partialDeepStrictEqual(await newestAudit(server), {
      action: 'operator.sign_in',
      outcome: 'done',
      detail: { by: 'oidc' },
    })
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.waitForURL('**/console/sign-in')
    await page.goto('/enrollments')
    assert.match(await heading(page), /please sign in/i)
  })
  assert.equal(oidc?.connection().state, 'up')
  assert.ok(oidc?.connection().lastSuccess)
})

test('whoever has a role at the provider is made an operator by coming [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await signIn(page, 'nora')
    await page.waitForURL('**/enrollments')
  })
  const nora = (await operators.list({ limit: 100 })).find(
    ({ name }) => name === 'nora@example.com',
  )
  assert.deepEqual([nora?.role, nora?.identity], ['administrator', { issuer, subject: 'nora' }])
})

test('whom nobody linked is told so, and the audit says who came [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await signIn(page, 'mallory')
    assert.match(await heading(page), /nobody here knows you/i)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    await page.waitForURL('**/console/sign-in')
  })
  assert.partialDeepStrictEqual(await newestAudit(server), {
    outcome: 'refused',
    code: 'oidc_unknown',
    detail: { by: 'oidc', issuer, subject: 'mallory' },
  })
})

test('whoever changes their mind at the provider is not signed in [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await goToProvider(page)
    await page.getByRole('link', { name: 'Cancel' }).click()
    assert.match(await heading(page), /not signed in/i)
  })
  assert.equal((await newestAudit(server))?.code, 'oidc_access_denied')
})

test('while the provider is away a page says so, and passwords still work', { skip }, async () => {
  await provider.close()
  await visitors.visit(async (page) => {
    await goToProvider(page)
    assert.match(await heading(page), /provider is not there/i)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    assert.ok(await page.getByLabel('Password').isVisible())
  })
  assert.equal((await newestAudit(server))?.code, 'outbound_failed')
  const connection = oidc?.connection()
  assert.deepEqual([connection?.state, connection?.lastError?.code], ['down', 'outbound_failed'])
})
