import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { SCRIPT, STYLESHEET } from '../../src/http/page/index.ts'
import { TEXTS } from '../../src/http/text/index.ts'
import { LANGUAGES } from '../../src/model/index.ts'
import { findChromium, launchChromium, servePages } from './browser.ts'
import { HOSTILE } from './hostile.ts'
import { hostileSamples, ORGANIZATION, portalSamples } from './portal-samples.ts'
import { findUnspoken, PSEUDO } from './pseudo.ts'

const skip = findChromium() === undefined && 'chromium is absent'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

// Text for the browser: these tests are checked without the types of a document.
const BARRIERS = `axe.run(${JSON.stringify({ runOnly: STANDARDS })}).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`
const OPEN_DETAILS = `document.querySelectorAll('details').forEach((details) => { details.open = true })`
const OVERFLOW = `[...document.querySelectorAll('body *')]
  .filter((element) => { const { left, right } = element.getBoundingClientRect()
    return (right > innerWidth + 0.5 || left < -0.5) && !element.closest('.hidden') })
  .map((element) => element.outerHTML.slice(0, 120))`
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, summary')]
  .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 100)])
  .filter(([{ width, height }]) => width > 0 && (height < 44 || width < 44)).map(([{ width, height }, text]) => width + 'x' + height + ' ' + text)`

// One script is ours.
const FOREIGN_ELEMENTS = `document.querySelectorAll(
  'script:not([src^="/assets/"]), style, iframe, img, object, embed, base, select, video, audio, [style], [autofocus], [onerror], [onload]',
).length`

const withPage = async (
  browser: Browser,
  { colorScheme = 'light', width = 390 }: { colorScheme?: 'light' | 'dark'; width?: number },
  look: (page: Page, complaints: string[]) => Promise<void>,
): Promise<void> => {
  const viewport = { width, height: 844 }
  await using context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  // The script asks a server of pages for news, which has none.
  await page.route('**/enroll/progress', (route) => route.fulfill({ json: { version: 'v' } }))
  await look(page, complaints)
}

test('[mission A4] every page of the portal is no more than 60 kB with all that it loads', () => {
  const assets = Buffer.byteLength(STYLESHEET) + Buffer.byteLength(SCRIPT)
  for (const language of LANGUAGES) {
    for (const [name, page] of Object.entries(portalSamples(TEXTS[language]))) {
      const bytes = Buffer.byteLength(page) + assets
      assert.ok(bytes <= 60_000, `${name} in ${language}: ${bytes}`)
    }
  }
})

test('no page says a word that is not in the catalogue', () => {
  const names = new Set(
    `A ${ORGANIZATION} windfall English Deutsch Français Español 日本語 العربية Anna Nováková anna novakova
    iPhone iPad Mac Safari F2LXK0ABCD K7Q 42M Onboarding Signing https enroll example com OK`.match(
      /[\p{L}\p{N}]+/gu,
    ),
  )
  for (const [name, page] of Object.entries(portalSamples(PSEUDO))) {
    const unspoken = findUnspoken(page).filter(
      (word) => !names.has(word) && !/^[0-9A-F]{2}$/.test(word),
    )
    assert.deepEqual(unspoken, [], name)
  }
})

for (const language of LANGUAGES) {
  const samples = portalSamples(TEXTS[language])
  test(`no page has a barrier in ${language}, light and dark`, { skip }, async () => {
    await using server = await servePages(samples)
    await using browser = await launchChromium()
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage(browser, { colorScheme }, async (page, complaints) => {
        for (const name of Object.keys(samples)) {
          await page.goto(`${server.origin}/${name}`)
          await page.evaluate(OPEN_DETAILS)
          await page.evaluate(AXE)
          assert.deepEqual(await page.evaluate(BARRIERS), [], `${name}, ${colorScheme}`)
        }
        assert.deepEqual(complaints, [])
      })
    }
  })

  // WCAG 1.4.10: 320 CSS pixels are a desktop at 400 %. WCAG 2.5.5: 44 pixels for fingers.
  test(`every page fits a narrow screen and a finger in ${language}`, { skip }, async () => {
    await using server = await servePages(samples)
    await using browser = await launchChromium()
    await withPage(browser, { width: 320 }, async (page) => {
      for (const name of Object.keys(samples)) {
        await page.goto(`${server.origin}/${name}`)
        await page.evaluate(OPEN_DETAILS)
        assert.deepEqual(await page.evaluate(OVERFLOW), [], name)
        assert.deepEqual(await page.evaluate(SMALL_TARGETS), [], name)
      }
    })
  })
}

test('the keyboard reaches everything in order, and shows where it is', { skip }, async () => {
  const samples = portalSamples(TEXTS.en)
  await using server = await servePages(samples)
  await using browser = await launchChromium()
  await withPage(browser, {}, async (page) => {
    for (const name of Object.keys(samples)) {
      await page.goto(`${server.origin}/${name}`)
      const expected = await page.evaluate(
        `[...document.querySelectorAll('a[href], button, input, summary')].filter((element) => element.checkVisibility()).length`,
      )
      const reached = new Set<string>()
      for (let press = 0; press < Number(expected); press += 1) {
        await page.keyboard.press('Tab')
        reached.add(
          String(
            await page.evaluate(`(() => { const { activeElement: one } = document
              const style = getComputedStyle(one)
              return style.outlineStyle + ' ' + (style.outlineWidth !== '0px') + ' ' + [...document.querySelectorAll('*')].indexOf(one) })()`),
          ),
        )
      }
      assert.equal(reached.size, expected, name)
      assert.ok(
        [...reached].every((one) => one.startsWith('solid true')),
        `${name}: ${[...reached].join('; ')}`,
      )
    }
  })
})

test('runs nothing that an account holder, a profile or a device is called', { skip }, async () => {
  const text = HOSTILE.join('')
  await using server = await servePages(hostileSamples(text))
  await using browser = await launchChromium()
  await withPage(browser, {}, async (page, complaints) => {
    for (const name of Object.keys(hostileSamples(text))) {
      await page.addInitScript('globalThis.hits = 0; globalThis.hit = () => { hits += 1 }')
      await page.goto(`${server.origin}/${name}`)
      assert.equal(await page.evaluate('hits'), 0, name)
      assert.equal(await page.evaluate(FOREIGN_ELEMENTS), 0, name)
    }
    assert.deepEqual(complaints, [])
  })
})
