// node test/page/shoot.ts: writes the pictures of docs/portal.md.
import { join } from 'node:path'
import { TEXTS } from '../../src/http/text/index.ts'
import type { Language } from '../../src/model/index.ts'
import { launchChromium, servePages } from './browser.ts'
import { portalSamples } from './portal-samples.ts'

const SHOTS: readonly (readonly [
  file: string,
  page: string,
  language: Language,
  scheme: 'light' | 'dark',
])[] = [
  ['portal-welcome', 'welcome', 'en', 'light'],
  ['portal-guide', 'ready', 'de', 'dark'],
  ['portal-guide-ar', 'ready', 'ar', 'light'],
  ['portal-working', 'working', 'fr', 'light'],
  ['portal-error', 'seen-error', 'en', 'dark'],
  ['portal-devices', 'my-devices', 'es', 'light'],
]

const folder = join(import.meta.dirname, '../../docs/images')
await using browser = await launchChromium()
for (const [file, name, language, colorScheme] of SHOTS) {
  await using server = await servePages(portalSamples(TEXTS[language]))
  await using context = await browser.newContext({
    colorScheme,
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  await page.route('**/enroll/progress', (route) => route.fulfill({ json: { version: 'v' } }))
  await page.goto(`${server.origin}/${name}`)
  await page.screenshot({ path: join(folder, `${file}.png`) })
}
