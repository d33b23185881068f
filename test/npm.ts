import { delimiter } from 'node:path'

const addedByTheRun =
  /^(npm_(?!config_(registry|cache|userconfig)$)|NODE_(OPTIONS|TEST)|INIT_CWD$|WINDFALL_)/

/** As a stranger's shell would have it: without what `npm test` adds, and with the machine's own Node. */
export const shellEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries({
    ...process.env,
    PATH: (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .join(delimiter),
  }).filter(([name]) => !addedByTheRun.test(name)),
)

/** Has npm take what it fetched before, and give up soon where there is nobody to ask. */
export const npmPatience = {
  npm_config_prefer_offline: 'true',
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '1000',
}

/** Whether npm failed because nobody answered. */
export const isUnreachable = (failure: unknown): boolean =>
  /E(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT)/.test(String(failure))
