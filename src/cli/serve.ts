import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import type { App } from '../app.ts'
import { type Config, type ConfigFlags, loadConfig } from '../config/index.ts'
import { formatFingerprint } from './format.ts'
import { addExamples } from './help.ts'
import { howToCall } from './invocation.ts'
import { createLogger } from './log.ts'
import { createPaint, type Paint, printLine, type Terminal } from './terminal.ts'

/** `windfall serve`: the server, until it is told to stop. */
export const serveCommand = (terminal: Terminal): Command =>
  addExamples(
    new Command('serve')
      .description('run the server; the first start makes keys, CA and database')
      .option('--data <dir>', 'the data directory (WINDFALL_DATA)')
      .option('--listen <host:port>', 'where to listen (WINDFALL_LISTEN)')
      .option('--public-url <url>', 'the address that devices reach it by (WINDFALL_PUBLIC_URL)')
      .option('--config <file>', 'a configuration file (WINDFALL_CONFIG)')
      .action((flags: ConfigFlags) => serve(flags, terminal)),
    [
      ['windfall serve', 'on port 8443, with everything in ./windfall-data'],
      ['windfall serve --public-url https://mdm.example.com:8443', 'as devices reach it'],
    ],
  )

const serve = async (flags: ConfigFlags, terminal: Terminal): Promise<void> => {
  const { env, signal, hangUp, stdin, stdout, stderr } = terminal
  const config = loadConfig({ flags, env })
  const logger = createLogger(stderr, config.log.level)
  const { startApp } = await import('../app.ts')
  await using app = await startApp({ config, logger })
  // A terminal that is closed hangs up as well, and means that the server is to end.
  if (!stdin.isTTY) hangUp.on('hangUp', () => void app.reload())
  printLine(terminal, await describeStart(app, config, createPaint(stdout)))
  if (!signal.aborted) await once(signal, 'abort')
  logger.info('stopping: requests under way finish first')
}

/** What whoever starts a server needs to go on; the last line says that everything listens. */
const describeStart = async (
  { core, publicUrl, scepUrl }: App,
  config: Config,
  paint: Paint,
): Promise<string> => {
  const { access, accounts, setUp, site } = core.services
  const data = resolve(config.data)
  const link = await access.createLink('*')
  const setUpLink = await setUp.createLink()
  const facts = [
    ['address', publicUrl],
    ...(scepUrl === undefined ? [] : [['SCEP', `${scepUrl}/scep, over plain HTTP`] as const]),
    ['data', data],
    ['root', join(data, 'root.der')],
    ['', `SHA-256 ${formatFingerprint(site.rootFingerprint)}`],
    ['API token', `${join(data, 'api-token')} (readable by its owner only)`],
    ['pages', `${publicUrl}/open/${link.secret}`],
    ['', `This link works once, for 15 minutes; another: ${howToCall()} enrollment open`],
    ...(setUpLink === undefined
      ? []
      : ([
          ['set-up', `${publicUrl}/console/set-up/${setUpLink.secret}`],
          ['', `It makes the first operator; another: ${howToCall()} operator setup-link`],
        ] as const)),
  ] as const
  const lines = facts.map(([name, value]) => `  ${paint('gray', name.padEnd(10))} ${value}`)
  const hint =
    (await accounts.list({ limit: 1 })).length > 0
      ? []
      : [
          '',
          'Nobody can enroll yet. Add the first account holder:',
          `  ${howToCall()} account add NAME --password-stdin${dataFlag(config.data)}`,
        ]
  return [paint('bold', 'windfall serves'), ...lines, ...hint, '', 'ready'].join('\n')
}

/** How a command elsewhere names the data directory: with it, unless it is the default one. */
const dataFlag = (data: string): string =>
  data === 'windfall-data' ? '' : ` --data '${resolve(data).replaceAll("'", "'\\''")}'`
