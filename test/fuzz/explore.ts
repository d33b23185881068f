import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CampaignOptions, Finding, Progress, Report } from './campaign.ts'
import { keepInput } from './corpus.ts'

/** Memory that all inputs of a target must do with. */
const MAX_HEAP_MIB = 256
/** Without a word for so long a child hangs; it says something every few hundred inputs. */
const SILENCE_MS = 45_000
/** Characters of standard error that are kept. */
const LAST_WORDS = 4000

/**
 * Runs a campaign in a process of its own, so that an input that ends it, fills it or never ends is found too:
 * a second process then repeats the inputs since the last word, and records each before it reads it.
 */
export const explore = async (options: CampaignOptions): Promise<Report> => {
  const { report, reached, why } = await runChild(options)
  if (report !== undefined) return report
  const folder = mkdtempSync(join(tmpdir(), 'windfall-fuzz-'))
  try {
    const from = reached?.index ?? options.from
    const recordIn = join(folder, 'input')
    const count = options.from + options.count - from
    const again = await runChild({ ...options, from, count, recordIn })
    const { index = from, shape = 'none' } = again.reached ?? {}
    const isRepeated = again.report === undefined
    const isKept = isRepeated && existsSync(recordIn)
    const file = isKept ? keepInput(options.target, shape, readFileSync(recordIn)) : undefined
    const message = isRepeated ? why : `not when the inputs are repeated: ${why}`
    return failed({ index, shape, message, file })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const failed = (finding: Finding): Report => ({
  inputs: 0,
  accepted: 0,
  refused: 0,
  findings: [finding],
  slowest: { ms: 0, index: -1 },
  peakHeap: 0,
  cpu: 0,
})

interface ChildEnd {
  readonly report: Report | undefined
  /** The last input that it spoke of. */
  readonly reached: Progress | undefined
  readonly why: string
}

type Message = { readonly progress: Progress } | { readonly report: Report }

const runChild = async (options: CampaignOptions): Promise<ChildEnd> => {
  const child = fork(new URL('child.ts', import.meta.url), [JSON.stringify(options)], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MIB}`],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let report: Report | undefined
  let reached: Progress | undefined
  let isSilent = false
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS)
  })
  const watch = () =>
    setTimeout(() => {
      isSilent = true
      child.kill('SIGKILL')
    }, SILENCE_MS)
  let timer = watch()
  child.on('message', (message: Message) => {
    clearTimeout(timer)
    timer = watch()
    if ('report' in message) report = message.report
    else reached = message.progress
  })
  const end = await endOf(child)
  clearTimeout(timer)
  return { report, reached, why: `${isSilent ? 'the process hangs' : end}\n${said}` }
}

const endOf = async (child: ChildProcess): Promise<string> => {
  const [code, signal]: unknown[] = await once(child, 'close')
  return `the process ended with ${signal ?? `status ${code}`}`
}
