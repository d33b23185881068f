import { after } from 'node:test'
import { startHostileProvider } from '../oidc/hostile-provider.ts'
import { configureOidc } from '../oidc/visit.ts'
import { openScene } from './scene.ts'

/** A server whose OpenID provider can be hostile, on the server's clock; both end with the tests of the file. */
export const openHostileScene = async (env: Readonly<Record<string, string>>) => {
  let now = (): number => Date.now()
  const provider = await startHostileProvider(() => now())
  const configured = configureOidc(provider.issuer)
  const scene = await openScene({
    env: {
      ...configured.env,
      // What an honest provider says does not depend on how fast the machine is.
      WINDFALL_OUTBOUND__TIMEOUT_SECONDS: '10',
      ...env,
    },
  })
  now = scene.server.clock.now
  after(async () => {
    configured[Symbol.dispose]()
    await scene[Symbol.asyncDispose]()
    await provider[Symbol.asyncDispose]()
  })
  return { ...scene, provider }
}
