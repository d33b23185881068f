import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../page/browser.ts'

/** Browsers that go to a server and to its provider. */
interface Visitors extends AsyncDisposable {
  /** In a browser in which nobody has signed in anywhere; our pages have nothing to complain about. */
  visit(use: (page: Page) => Promise<void>): Promise<void>
}

export const createVisitors = (url: string, options: BrowserContextOptions = {}): Visitors => {
  let launched: Promise<Browser> | undefined
  return {
    async visit(use) {
      launched ??= launchChromium()
      await using context = await (await launched).newContext({
        ...options,
        baseURL: url,
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
        if (message.location().url.startsWith(url) && !isRefusal) complaints.push(message.text())
      })
      await use(page)
      assert.deepEqual(complaints, [])
    },
    async [Symbol.asyncDispose]() {
      await (await launched)?.close()
    },
  }
}

/** Fills in the pages of the real provider. */
export const signInThere = async (page: Page, login: string): Promise<void> => {
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

export const heading = (page: Page): Promise<string> =>
  page.getByRole('heading', { level: 1 }).innerText()
