import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import { type Browser, devices } from 'playwright-core'
import { LANGUAGES } from '../../src/model/index.ts'
import { getDict, getString } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import { makeDevice, openProfile, postPhase2, postPhase3, scepPayloadOf } from '../device.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { findChromium, launchChromium } from '../page/browser.ts'
import { certify } from '../scep-client.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const BARRIERS = 'axe.run().then(({ violations }) => violations.map(({ id }) => id))'

const skip = findChromium() === undefined && 'chromium is absent'
const server = await startTestServer({ env: { WINDFALL_ORGANIZATION__NAME: 'ACME Inc.' } })
let launched: Promise<Browser> | undefined
after(async () => {
  await (await launched)?.close()
  await server[Symbol.asyncDispose]()
})

const openPage = async (colorScheme: 'light' | 'dark') => {
  launched ??= launchChromium()
  const context = await (await launched).newContext({
    ...devices['iPhone 15'],
    baseURL: server.url,
    colorScheme,
    ignoreHTTPSErrors: true,
  })
  context.setDefaultTimeout(20_000)
  return { page: await context.newPage(), [Symbol.asyncDispose]: () => context.close() }
}

const invite = async (language: (typeof LANGUAGES)[number]) => {
  const { invitations } = server.app.core.services
  const wish = { channel: 'link', flow: 'default', days: 7, uses: 1, language } as const
  const { id } = await invitations.create('anna', wish, { name: 'owner', origin: undefined })
  return { id, path: new URL(invitations.linkOf(id)).pathname }
}

test('[mission H10] a link leads an invited person in their language to an enrolled phone', {
  skip,
}, async () => {
  const { id, path } = await invite('ar')
  await using opened = await openPage('light')
  const { page } = opened
  await page.goto(path)
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
  await page.locator('main button').click()
  await page.waitForURL('**/enroll')
  assert.equal(await page.locator('html').getAttribute('lang'), 'ar')
  assert.equal(await page.locator('input[name=name]').inputValue(), ACCOUNT.name)
  await page.locator('input[name=password]').fill(ACCOUNT.password)
  await page.locator('main button').click()
  await page.waitForURL('**/enroll/ready')
  const coming = page.waitForEvent('download')
  await page.locator('a[href="/enroll/profile"]').click()
  const profile = openProfile(await readFile(await (await coming).path()))
  const content = getDict(profile, 'PayloadContent') ?? assert.fail('no content')
  const challenge = getString(content, 'Challenge') ?? ''
  const device = makeDevice(server)
  const { body } = await postPhase2(server, device, { challenge })
  const signer = await certify(server, scepPayloadOf(body), { key: makeKey('rsa-2048') })
  assert.equal((await postPhase3(server, device, { signer })).status, 200)
  const { state, uses } = await server.app.core.services.invitations.get(id)
  assert.deepEqual([state, uses], ['done', 1])
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page of an invitation has no barriers in any language (${colorScheme})`, {
    skip,
  }, async () => {
    await using opened = await openPage(colorScheme)
    for (const language of LANGUAGES) {
      await opened.page.goto((await invite(language)).path)
      await opened.page.evaluate(AXE)
      assert.deepEqual(await opened.page.evaluate(BARRIERS), [], language)
    }
  })
}
