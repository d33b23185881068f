import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startTestServer } from '../harness.ts'
import { startRealProvider } from '../oidc/real-provider.ts'
import { configureOidc } from '../oidc/visit.ts'
import { findChromium } from '../page/browser.ts'
import { newestAudit } from '../speak.ts'

const executablePath = findChromium()
const skip = executablePath === undefined && 'chromium is absent'

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
let launched: Promise<Browser> | undefined
after(async () => {
  configured[Symbol.dispose]()
  await (await launched)?.close()
  await server[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

/** A browser in which nobody has signed in anywhere; our pages have nothing to complain about. */
const inBrowser = async (use: (page: Page) => Promise<void>): Promise<void> => {
  launched ??= chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-dev-shm-usage'],
  })
  const browser = await launched
  await using context = await browser.newContext({
    baseURL: server.url,
    ignoreHTTPSErrors: true,
    javaScriptEnabled: false,
  })
  context.setDefaultTimeout(10_000)
  // The provider's own pages want a font from elsewhere.
  await context.route(
    ({ hostname }) => hostname !== 'localhost',
    (route) => route.abort(),
  )
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    const isRefusal = / a status of (403|503)/.test(message.text())
    if (message.location().url.startsWith(server.url) && !isRefusal) complaints.push(message.text())
  })
  await use(page)
  assert.deepEqual(complaints, [])
}

const goToProvider = async (page: Page): Promise<void> => {
  await page.goto('/console/sign-in')
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click()
}

const signIn = async (page: Page, login: string): Promise<void> => {
  await goToProvider(page)
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText()

test('an operator signs in with a provider, looks around, and signs out [security W1]', {
  skip,
}, async () => {
  await inBrowser(async (page) => {
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
  await inBrowser(async (page) => {
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
  await inBrowser(async (page) => {
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
  await inBrowser(async (page) => {
    await goToProvider(page)
    await page.getByRole('link', { name: 'Cancel' }).click()
    assert.match(await heading(page), /not signed in/i)
  })
  assert.equal((await newestAudit(server))?.code, 'oidc_access_denied')
})

test('while the provider is away a page says so, and passwords still work', { skip }, async () => {
  await provider.close()
  await inBrowser(async (page) => {
    await goToProvider(page)
    assert.match(await heading(page), /provider is not there/i)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    assert.ok(await page.getByLabel('Password').isVisible())
  })
  assert.equal((await newestAudit(server))?.code, 'outbound_failed')
  const connection = oidc?.connection()
  assert.deepEqual([connection?.state, connection?.lastError?.code], ['down', 'outbound_failed'])
})
