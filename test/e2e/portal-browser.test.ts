import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { type Browser, devices, type Page } from 'playwright-core'
import { getDict, getString } from '../../src/protocol/plist/index.ts'
import { makeKey } from '../codec/holder.ts'
import {
  makeDevice,
  openProfile,
  postPhase2,
  postPhase3,
  refusalOf,
  scepPayloadOf,
} from '../device.ts'
import { ACCOUNT, startTestServer } from '../harness.ts'
import { getEnrollment } from '../operator.ts'
import { findChromium, launchChromium } from '../page/browser.ts'
import { certify } from '../scep-client.ts'

const skip = findChromium() === undefined && 'chromium is absent'

const server = await startTestServer({ env: { WINDFALL_ORGANIZATION__NAME: 'ACME Inc.' } })
let launched: Promise<Browser> | undefined
after(async () => {
  await (await launched)?.close()
  await server[Symbol.asyncDispose]()
})

interface Phone {
  readonly locale: string
  readonly javaScriptEnabled: boolean
}

/** A telephone on which a person looks at the portal; its browser has nothing to complain about. */
const onPhone = async (phone: Phone, use: (page: Page) => Promise<void>): Promise<void> => {
  launched ??= launchChromium()
  await using context = await (await launched).newContext({
    ...devices['iPhone 15'],
    ...phone,
    baseURL: server.url,
    ignoreHTTPSErrors: true,
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  await use(page)
  assert.deepEqual(complaints, [])
}

const download = async (page: Page, button: string): Promise<string> => {
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: button }).click()
  const profile = openProfile(await readFile(await (await coming).path()))
  const content = getDict(profile, 'PayloadContent') ?? assert.fail('no content')
  return getString(content, 'Challenge') ?? ''
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText()

const ticks = async (page: Page): Promise<readonly string[]> =>
  await page.locator('.ticks .done').allTextContents()

test('[mission A4] without script, a person goes from the welcome to the end in German, and removes the device again', {
  skip,
}, async () => {
  await onPhone({ locale: 'de-AT', javaScriptEnabled: false }, async (page) => {
    await page.goto('/')
    assert.equal(await heading(page), 'Richten Sie Ihr Gerät für ACME Inc. ein')
    await page.getByRole('link', { name: 'Jetzt dieses iPhone einrichten' }).click()
    await page.getByLabel('Kontoname').fill(ACCOUNT.name)
    await page.getByLabel('Passwort').fill(ACCOUNT.password)
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await page.waitForURL('**/enroll/ready')
    // Safari, close, settings, install, passcode, confirm, done: the root is installed, so that nothing is unverified.
    assert.equal(await page.locator('.taps li').count(), 7)
    assert.match(await page.locator('.taps').innerText(), /ACME Inc\. Profile Service/)
    assert.match(await page.locator('.taps').innerText(), /noch 6 Schritte[\s\S]*noch 1 Schritt/)

    const challenge = await download(page, 'Profil laden')
    await page.reload()
    assert.match(await page.getByRole('timer').innerText(), /noch 8:00/)
    server.clock.advance(61_000)
    await page.reload()
    assert.match(await page.getByRole('timer').innerText(), /noch 6:59/)

    const device = makeDevice(server)
    const { body } = await postPhase2(server, device, { challenge })
    await page.reload()
    assert.equal(await heading(page), 'Ihr Gerät arbeitet')
    assert.deepEqual(
      await ticks(page),
      ['Sie sind angemeldet', 'Profil geladen', 'Gerät erkannt'].map((text) => `${text}, erledigt`),
    )
    const signer = await certify(server, scepPayloadOf(body), { key: makeKey('rsa-2048') })
    await page.reload()
    assert.equal((await ticks(page)).length, 4)
    assert.equal((await postPhase3(server, device, { signer })).status, 200)
    await page.reload()
    assert.equal(await heading(page), 'Ihr Gerät ist eingerichtet')
    assert.equal((await ticks(page)).length, 5)

    await page.getByRole('link', { name: 'Meine Geräte' }).click()
    const serial = String(device.attributes['SERIAL'])
    assert.match(
      await page.locator('.devices').innerText(),
      new RegExp(`iPhone ${serial}[\\s\\S]*Eingerichtet`),
    )
    await page.getByRole('link', { name: `Entfernen iPhone ${serial}` }).click()
    assert.equal(await heading(page), `iPhone ${serial} entfernen?`)
    await page.getByRole('button', { name: 'Ja, entfernen' }).click()
    assert.equal(await heading(page), 'Das Gerät ist entfernt')
    const { state, code, steps } = await getEnrollment(server)
    assert.deepEqual(
      [state, code, steps.at(-1)?.code],
      ['withdrawn', 'removed_by_holder', 'withdrawn'],
    )
    assert.equal(refusalOf(await postPhase3(server, device, { signer })), '403 certificate_revoked')
  })
})

test('with script, the page follows the device by itself, in Japanese', { skip }, async () => {
  await onPhone({ locale: 'ja-JP', javaScriptEnabled: true }, async (page) => {
    await page.goto('/enroll')
    await page.getByLabel('アカウント名').fill(ACCOUNT.name)
    await page.getByLabel('パスワード').fill(ACCOUNT.password)
    await page.getByRole('button', { name: 'サインイン' }).click()
    await page.waitForURL('**/enroll/ready')

    const challenge = await download(page, 'プロファイルをダウンロード')
    await page.getByRole('timer').waitFor()
    const device = makeDevice(server)
    const { body } = await postPhase2(server, device, { challenge })
    await page.getByRole('heading', { name: 'デバイスが処理中です' }).waitFor()
    const signer = await certify(server, scepPayloadOf(body), { key: makeKey('rsa-2048') })
    assert.equal((await postPhase3(server, device, { signer })).status, 200)
    await page.getByRole('heading', { name: 'デバイスの設定ができました' }).waitFor()
  })
})

test('a person says what the device shows, and gets advice; the choice of a language stays', {
  skip,
}, async () => {
  await onPhone({ locale: 'en-GB', javaScriptEnabled: false }, async (page) => {
    await page.goto('/enroll')
    await page.getByRole('link', { name: 'Français' }).click()
    await page.getByLabel('Nom du compte').fill(ACCOUNT.name)
    await page.getByLabel('Mot de passe').fill(ACCOUNT.password)
    await page.getByRole('button', { name: 'Se connecter' }).click()
    await page.waitForURL('**/enroll/ready?lang=fr')
    await download(page, 'Télécharger le profil')
    await page.getByRole('link', { name: 'Mon appareil affiche une erreur' }).click()
    await page.getByRole('button', { name: 'Une erreur réseau s’est produite' }).click()
    assert.match(await page.getByRole('status').innerText(), /VPN/)

    const last = (await getEnrollment(server)).steps.at(-1)
    assert.deepEqual([last?.code, last?.detail['seen']], ['error_reported', 'network_error'])
    // What a person sees is no refusal by the server.
    await page.getByRole('link', { name: 'Retour aux étapes' }).click()
    assert.equal(await page.locator('.problem').count(), 0)
  })
})

test('with script, an iPad that calls itself a Mac gets its own steps, and the address is copied', {
  skip,
}, async () => {
  launched ??= launchChromium()
  await using context = await (await launched).newContext({
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    ...{ baseURL: server.url, ignoreHTTPSErrors: true, locale: 'es-MX' },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  // As an iPad answers; this browser knows one finger at most.
  await page.addInitScript(`Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 })`)
  await page.goto('/enroll')
  await page.getByLabel('Nombre de la cuenta').fill(ACCOUNT.name)
  await page.getByLabel('Contraseña').fill(ACCOUNT.password)
  await page.getByRole('button', { name: 'Iniciar sesión' }).click()
  await page.waitForURL('**/enroll/ready?on=ipad')
  assert.match(await page.locator('.taps').innerText(), /Perfil descargado/)
  await page.goto('/')
  await page.getByRole('button', { name: 'Copiar la dirección' }).click()
  await page.getByRole('button', { name: 'Copiada' }).waitFor()
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), `${server.url}/`)
})
