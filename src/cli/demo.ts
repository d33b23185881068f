import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Command, InvalidArgumentError } from 'commander'
import type { Enrollment } from '../api-client/index.ts'
import { enroll } from '../sim/index.ts'
import { type Client, openClient } from './client.ts'
import { tryAttacks } from './demo-proof.ts'
import { createDemoReport, type DemoReport } from './demo-report.ts'
import { ORGANIZATION, openStage, type Stage } from './demo-stage.ts'
import { CommandError, ExitCode } from './exit.ts'
import { formatDuration } from './format.ts'
import { addExamples } from './help.ts'
import { howToCall } from './invocation.ts'
import { createPaint, printLine, type Terminal } from './terminal.ts'

interface DemoFlags {
  readonly exit?: boolean
  readonly port?: number
}

/** `windfall demo`: all of it, on one screen. */
export const demoCommand = (terminal: Terminal): Command =>
  addExamples(
    new Command('demo')
      .description('a server and a simulated iPhone that enrolls with it, every step explained')
      .option('--exit', 'end when the phone is configured; otherwise at Ctrl-C')
      .option('--no-open', 'accepted for scripts: the demo prints its link and opens no browser')
      .option('--port <n>', '0: any free port (default: 8443, or a free one)', parsePort)
      .action((flags: DemoFlags) => playDemo(flags, terminal)),
    [
      ['windfall demo', 'look around afterwards in a browser'],
      ['windfall demo --exit', 'the exit code tells whether all went well'],
    ],
  )

const parsePort = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('A port was expected.')
}

/** @throws CommandError unless the phone ends configured, the server says so, and no attack succeeds */
const playDemo = async (flags: DemoFlags, terminal: Terminal): Promise<void> => {
  const { stdout, stderr, signal } = terminal
  const report = createDemoReport(terminal)
  const start = performance.now()
  printLine(terminal, createPaint(stdout)('bold', `windfall demo · ${ORGANIZATION}`))
  printLine(terminal, 'An iPhone in software enrolls over the air with a server of its own.\n')
  await using stage = await openStage(flags.port, stderr)
  signal.throwIfAborted()
  report.begin(stage, performance.now() - start)

  const enrollStart = performance.now()
  const outcome = await enroll({
    url: stage.app.publicUrl,
    account: stage.account,
    device: stage.phone,
    roots: stage.roots,
    out: stage.archive,
    onStep: report.step,
    signal,
  })
  const took = performance.now() - enrollStart

  // The demo's own server, whatever the environment names.
  await using client = await openClient({ data: stage.data }, { ...terminal, env: {} })
  const enrollment = await fetchEnrollment(client)
  report.timeline(enrollment)
  if (outcome.kind !== 'configured' || enrollment.state !== 'configured') {
    throw new CommandError(ExitCode.failed, 'the phone did not end configured')
  }
  report.settings(outcome.profile)
  const proofs = await tryAttacks(stage, signal)
  report.proofs(proofs)
  if (proofs.some(({ refusal }) => refusal === undefined)) {
    throw new CommandError(ExitCode.failed, 'something was possible that must not be')
  }
  report.heading(`Configured in ${formatDuration(took)}`)
  await sayGoodbye(flags, { stage, client, enrollment, report }, signal)
}

const fetchEnrollment = async (client: Client): Promise<Enrollment> => {
  const { data } = await client.api.listEnrollments({ limit: 1 })
  const [newest] = data
  if (newest === undefined) throw new CommandError(ExitCode.failed, 'the phone did not sign in')
  return await client.api.getEnrollment(newest.id)
}

const sayGoodbye = async (
  { exit }: DemoFlags,
  {
    stage,
    client,
    enrollment,
    report,
  }: {
    readonly stage: Stage
    readonly client: Client
    readonly enrollment: Enrollment
    readonly report: DemoReport
  },
  signal: AbortSignal,
): Promise<void> => {
  const { url } = await client.api.createLink({ enrollment: enrollment.id })
  report.lines(
    `Look around   ${url}`,
    '              works once, for 15 minutes; the browser does not know the root and will warn',
  )
  if (exit) {
    report.lines('Stopped       because of --exit; the data is removed')
    return
  }
  const { app, data, passwordFile } = stage
  report.lines(
    `Once more     ${howToCall()} sim enroll --url ${app.publicUrl} --cacert ${data}/root.der \\`,
    `                --data ${data} --account anna --password-stdin < ${passwordFile}`,
    'Stop          Ctrl-C',
  )
  if (!signal.aborted) await once(signal, 'abort')
  report.lines('Stopped       the data is removed')
}
