import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { devices, type Page } from 'playwright-core'
import { configureWith, makeDevice } from '../device.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { createVisitors, heading, signInThere } from '../oidc/browser.ts'
import { startRealProvider } from '../oidc/real-provider.ts'
import { configureOidc } from '../oidc/visit.ts'
import { findChromium } from '../page/browser.ts'
import { newestAudit } from '../speak.ts'

const skip = findChromium() === undefined && 'chromium is absent'

const provider = await startRealProvider((subject) => (subject === 'mallory' ? [] : ['staff']))
const configured = configureOidc(provider.issuer)
const server = await startTestServer({
  env: {
    ...configured.env,
    WINDFALL_SIGN_IN__METHODS: 'password,oidc',
    WINDFALL_OIDC__LABEL: 'Example ID',
    WINDFALL_OIDC__SCOPES: 'openid email groups',
    WINDFALL_OIDC__ENROLLMENT_CLAIM: 'groups',
    WINDFALL_OIDC__ENROLLMENT_VALUES: 'staff',
    WINDFALL_OIDC__GROUPS_CLAIM: 'groups',
  },
})
provider.open(`${server.url}/enroll/oidc/callback`)
const { accounts, enrollment } = server.app.core.services
const visitors = createVisitors(server.url, devices['iPhone 15'])
after(async () => {
  configured[Symbol.dispose]()
  await visitors[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const goToProvider = async (page: Page): Promise<void> => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Enroll this iPhone' }).click()
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click()
}

const signIn = async (page: Page, login: string): Promise<void> => {
  await goToProvider(page)
  await signInThere(page, login)
}

test('somebody signs in with the provider on a phone, and the phone is enrolled [mission H6] [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await signIn(page, 'dora')
    await page.waitForURL('**/enroll/ready')
    assert.match(await heading(page), /dora@example\.com/)
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download the profile' }).click()
    const profile = await readFile(await (await coming).path())
    assert.equal((await configureWith(server, makeDevice(server), profile)).status, 200)
  })
  const { id, source, groups } = await accounts.get('dora@example.com')
  assert.deepEqual([source, groups], ['oidc', ['staff']])
  assert.deepEqual(
    (await enrollment.ofAccount(id)).map((dossier) => dossier.enrollment.state),
    ['configured'],
  )
})

test('who is not in the group is told so, and can go back [mission H6]', { skip }, async () => {
  await visitors.visit(async (page) => {
    await signIn(page, 'mallory')
    assert.match(await heading(page), /not for you yet/i)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    await page.waitForURL('**/enroll')
  })
  assert.equal((await newestAudit(server))?.code, 'oidc_not_allowed')
  assert.equal((await accounts.list({ limit: 9, name: 'mallory@example.com' })).length, 0)
})

test('whoever changes their mind at the provider is not signed in [security W1]', {
  skip,
}, async () => {
  await visitors.visit(async (page) => {
    await goToProvider(page)
    await page.getByRole('link', { name: 'Cancel' }).click()
    assert.match(await heading(page), /not signed in/i)
  })
})

test('with the provider away people are told so, and a password still lets them in [mission H6 H12]', {
  skip,
}, async () => {
  await provider.close()
  await visitors.visit(async (page) => {
    await goToProvider(page)
    assert.match(await heading(page), /does not work at the moment/i)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    await page.getByLabel('Account name').fill(ACCOUNT.name)
    await page.getByLabel('Password').fill(ACCOUNT.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL('**/enroll/ready')
    assert.match(await heading(page), /Anna Example/)
  })
})
