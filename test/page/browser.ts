import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import {
  FAVICON,
  FAVICON_PATH,
  SCRIPT,
  SCRIPT_PATH,
  STYLESHEET,
  STYLESHEET_PATH,
} from '../../src/http/page/index.ts'

/** The path of a Chromium that is installed here, or undefined. */
export const findChromium = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) =>
      ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
    )
    .find((path) => existsSync(path))

export const launchChromium = (): Promise<Browser> => {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-dev-shm-usage'],
  })
}

/** What the server sends with every page. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What it sends with pages that load the script. */
export const SCRIPTED_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

interface PageServer extends AsyncDisposable {
  readonly origin: string
}

/** Serves pages by name, with the stylesheet and the icon, on a free port. */
export const servePages = async (pages: Readonly<Record<string, string>>): Promise<PageServer> => {
  const contents = new Map<string, readonly [type: string, body: string]>([
    [STYLESHEET_PATH, ['text/css', STYLESHEET]],
    [SCRIPT_PATH, ['text/javascript', SCRIPT]],
    [FAVICON_PATH, ['image/svg+xml', FAVICON]],
    ...Object.entries(pages).map(([name, page]) => [`/${name}`, ['text/html', page]] as const),
  ])
  const server = createServer((request, response) => {
    const [type, body] = contents.get(request.url ?? '') ?? []
    if (type === undefined) response.writeHead(404).end()
    else {
      const policy = body?.includes(SCRIPT_PATH) ? SCRIPTED_POLICY : POLICY
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
