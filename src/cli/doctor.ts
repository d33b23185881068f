import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Finding } from '../api-client/index.ts'
import { type Config, loadConfig } from '../config/index.ts'
import { parseCertificates } from '../protocol/x509/index.ts'
import { openClient } from './client.ts'
import { failed, ok, warning } from './doctor-finding.ts'
import { examineNetwork } from './doctor-network.ts'
import { examinePlace } from './doctor-place.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { addOutputOption, type OutputFormat, printAnswer } from './output.ts'
import { createPaint, type Paint, type Terminal, toOneLine } from './terminal.ts'

interface DoctorFlags {
  readonly data?: string
  readonly config?: string
  readonly output: OutputFormat
}

/** `windfall doctor`: looks at everything that enrolling needs, and says what to do where something is wrong. */
export const doctorCommand = (terminal: Terminal): Command =>
  addExamples(
    addOutputOption(
      new Command('doctor')
        .description('check name, TLS, port, clock, proxy, disk, files, database and keys')
        .option('--data <dir>', 'the data directory of the server on this machine')
        .option('--config <file>', 'the configuration file of the server')
        .action((flags: DoctorFlags) => examine(flags, terminal)),
    ),
    [
      ['windfall doctor', 'with the settings of the server, on its machine'],
      ['windfall doctor -o json', 'the same for programs; exit code 1 if something failed'],
    ],
  )

const examine = async ({ output, ...flags }: DoctorFlags, terminal: Terminal): Promise<void> => {
  const config = loadConfig({ flags, env: terminal.env })
  const data = [...(await examinePlace(config)), ...(await examineServer(config, flags, terminal))]
  const paint = createPaint(terminal.stdout)
  printAnswer(terminal, { format: output, answer: { data } }, () => formatFindings(data, paint))
  const count = data.filter(({ state }) => state === 'failed').length
  if (count > 0) {
    throw new CommandError(ExitCode.failed, `${count} of ${data.length} checks failed`)
  }
}

const examineServer = async (
  config: Config,
  flags: Omit<DoctorFlags, 'output'>,
  terminal: Terminal,
): Promise<readonly Finding[]> => {
  const name = 'server'
  try {
    await using client = await openClient({ data: config.data, ...flags }, terminal)
    const { findings, publicUrl, listen } = await client.api.getDiagnosis()
    if (!client.isServer) {
      const fix = 'Start it: windfall serve. What phones see of it can be checked only then.'
      return [warning(name, 'no server runs on this data', fix), ...findings]
    }
    const [root] = parseCertificates(await readFile(join(config.data, 'root.der')))
    const { signal } = terminal
    const network = await examineNetwork({ publicUrl, listen, root, signal })
    return [ok(name, 'a server runs on this data'), ...findings, ...network]
  } catch (error) {
    terminal.signal.throwIfAborted()
    if (!(error instanceof Error)) throw error
    const hint = error instanceof CommandError ? error.hint : undefined
    return [failed(name, error.message, hint ?? 'See its log; it says more with log.level=debug.')]
  }
}

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const

const formatFindings = (findings: readonly Finding[], paint: Paint): string => {
  const width = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .flatMap(({ name, state, seen, fix }) => [
      `${paint(COLORS[state], state.padEnd(7))}  ${name.padEnd(width)}  ${toOneLine(seen)}`,
      ...(fix === null ? [] : [`${' '.repeat(width + 11)}→ ${toOneLine(fix)}`]),
    ])
    .join('\n')
}
