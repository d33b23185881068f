import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fixPort } from '../../src/http/index.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../harness.ts'
import { chainPem, publicRoot, putFile } from '../pair.ts'

/** Where an ACME CA and the servers that ask it find each other. */
export interface Place extends AsyncDisposable {
  readonly directory: string
  /** Where the CA asks for the answers to its challenges. */
  readonly httpPort: number
  /** A server with the name `localhost` that orders at that CA. */
  start(directoryUrl: string, options?: TestServerOptions): Promise<TestServer>
  /** What such a server is told, by its environment. */
  settings(directoryUrl: string): Promise<Readonly<Record<string, string>>>
}

/** `caPem`: what the certificate of the CA's own server leads to. */
export const openPlace = async (caPem = chainPem(publicRoot)): Promise<Place> => {
  const directory = await mkdtemp(join(tmpdir(), 'windfall-acme-'))
  const caFile = await putFile(directory, 'ca.pem', caPem)
  const { port: httpPort } = await fixPort(ANY_PORT)
  const settings = async (directoryUrl: string) => {
    const { port } = await fixPort(ANY_PORT)
    return {
      WINDFALL_LISTEN: `127.0.0.1:${port}`,
      WINDFALL_PUBLIC_URL: `https://localhost:${port}`,
      WINDFALL_ACME__DIRECTORY_URL: directoryUrl,
      WINDFALL_ACME__TERMS_AGREED: 'true',
      WINDFALL_ACME__EMAIL: 'admin@example.com',
      WINDFALL_ACME__HTTP_LISTEN: `127.0.0.1:${httpPort}`,
      WINDFALL_OUTBOUND__CA_FILE: caFile,
      WINDFALL_OUTBOUND__ALLOW: 'localhost',
    }
  }
  return {
    directory,
    httpPort,
    settings,
    start: async (directoryUrl, options = {}) =>
      await startTestServer({
        ...options,
        env: { ...(await settings(directoryUrl)), ...options.env },
      }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const ANY_PORT = { host: '127.0.0.1', port: 0 }

/** The certificate that a new connection is shown, DER. */
export const shownBy = async ({ url }: Pick<TestServer, 'url'>): Promise<Buffer> => {
  const port = Number(new URL(url).port)
  const socket = connect({ port, servername: 'localhost', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return raw
}
