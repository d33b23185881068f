import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as playwright from 'playwright-core'
import { STYLESHEET, timelinePage } from '../../src/http/page/index.ts'
import { findChromium, servePages } from './browser.ts'
import { HOSTILE } from './hostile.ts'
import { SAMPLES } from './samples.ts'
import { configured } from './views.ts'

const executablePath = findChromium()
const skip = executablePath === undefined && 'chromium is absent'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

// Text for the browser: these tests are checked without the types of a document.
const RECORD_VIOLATIONS = `globalThis.violations = []
globalThis.hit = () => violations.push('executed')
document.addEventListener('securitypolicyviolation', (event) =>
  violations.push(event.violatedDirective + ' ' + event.blockedURI))`
const OPEN_DETAILS = `document.querySelectorAll('details').forEach((details) => { details.open = true })`
const OVERFLOW = `[...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('.hidden, .wide table'))
  .map((element) => element.outerHTML.slice(0, 120))`

const FOREIGN_ELEMENTS = `document.querySelectorAll(
  'script, style, iframe, img, object, embed, base, form, input, select, video, audio, main a, [style], [autofocus]',
).length`

interface Visit {
  readonly address: string
  readonly width: number
  readonly colorScheme?: 'light' | 'dark'
}

/** Opens a page with everything unfolded, lets `look` judge it, and expects the browser to have nothing to say. */
const visit = async (
  browser: playwright.Browser,
  { address, width, colorScheme = 'light' }: Visit,
  look: (page: playwright.Page) => Promise<void>,
): Promise<void> => {
  const viewport = { width, height: 844 }
  await using context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
  context.setDefaultTimeout(10_000)
  await context.addInitScript(RECORD_VIOLATIONS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(request.url()))
  await page.goto(address)
  await page.evaluate(OPEN_DETAILS)
  await look(page)
  assert.deepEqual(await page.evaluate('violations'), [])
  assert.deepEqual(complaints, [])
}

const launch = (): Promise<playwright.Browser> =>
  playwright.chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-dev-shm-usage'],
  })

const findBarriers = async (page: playwright.Page, name: string): Promise<unknown> => {
  // The page that follows an enrollment loads itself again, which axe always reports. It can be paused and
  // resumed by links, as WCAG 2.2.1 and 2.2.2 ask.
  const rules = name === 'timeline-waiting' ? { 'meta-refresh': { enabled: false } } : {}
  await page.evaluate(AXE)
  return page.evaluate(`axe.run(${JSON.stringify({ runOnly: STANDARDS, rules })}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`)
}

for (const name of Object.keys(SAMPLES)) {
  test(`${name} fits in 60 kB with its stylesheet`, () => {
    assert.ok(Buffer.byteLength(SAMPLES[name] ?? '') + Buffer.byteLength(STYLESHEET) <= 60_000)
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`pages for everyone, ${colorScheme}`, { skip }, async (t) => {
    await using server = await servePages(SAMPLES)
    await using browser = await launch()
    for (const name of Object.keys(SAMPLES)) {
      const address = `${server.origin}/${name}`
      for (const width of [390, 1280]) {
        await t.test(`${name} has no barrier, ${width} wide`, () =>
          visit(browser, { address, width, colorScheme }, async (page) => {
            assert.deepEqual(await findBarriers(page, name), [])
          }),
        )
      }
    }
  })
}

// WCAG 1.4.10: 320 CSS pixels are a desktop at 400 %. Tables of figures may scroll by themselves.
test('no page needs sideways scrolling at 320 pixels', { skip }, async (t) => {
  await using server = await servePages(SAMPLES)
  await using browser = await launch()
  for (const name of Object.keys(SAMPLES)) {
    const address = `${server.origin}/${name}`
    await t.test(name, () =>
      visit(browser, { address, width: 320 }, async (page) => {
        assert.deepEqual(await page.evaluate(OVERFLOW), [])
      }),
    )
  }
})

test('runs nothing that a device or an account holder is named', {
  skip,
}, async () => {
  const [first] = configured.steps
  assert.ok(first)
  const steps = HOSTILE.map((text) => ({
    ...first,
    outcome: 'refused' as const,
    summary: text,
    remoteAddress: text,
    detail: { reason: text, [text]: [text, { [text]: text }] },
  }))
  const text = HOSTILE.join('')
  const page = timelinePage(
    {
      ...configured,
      code: text,
      account: { id: text, name: text, fullName: text },
      device: {
        id: text,
        udid: text,
        serialNumber: text,
        product: text,
        build: text,
        imei: text,
        meid: text,
        iccid: text,
      },
      weakAlgorithms: [text],
      weakAlgorithmUses: { [text]: 1 },
      steps,
    },
    {},
  )

  await using server = await servePages({ hostile: page })
  await using browser = await launch()
  await visit(browser, { address: `${server.origin}/hostile`, width: 390 }, async (opened) => {
    assert.equal(await opened.evaluate(FOREIGN_ELEMENTS), 0)
  })
})
