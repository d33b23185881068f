import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Report } from './campaign.ts'
import { exploreSeries, formatReport } from './series.ts'
import { TARGET_NAMES } from './targets.ts'

const USAGE = `usage: npm run fuzz -- [--target NAME] [--count N] [--minutes N] [--seed N]
  --target   ${TARGET_NAMES.join(', ')}; without it all of them, one after another
  --count    inputs for each target, 20000 unless said otherwise; with --minutes without end
  --minutes  how long all of it may take
  --seed     which inputs; without it any
`

const main = async (args: readonly string[]): Promise<number> => {
  const { target, count, minutes, seed } = parseOptions(args)
  const names = target === undefined ? TARGET_NAMES : [target]
  process.stdout.write(`seed ${seed}\n`)
  let found = 0
  for (const name of names) {
    // What is left of the time, in equal parts.
    const share = minutes / names.length
    const end = performance.now() + share * 60_000
    const report: Report = await exploreSeries(
      { target: name, seed, count },
      () => performance.now() > end,
    )
    process.stdout.write(`${formatReport(name, report)}\n`)
    found += report.findings.length
  }
  return found === 0 ? 0 : 1
}

interface Options {
  readonly target: string | undefined
  readonly count: number
  readonly minutes: number
  readonly seed: number
}

/** @throws TypeError for what is no option or no number */
const parseOptions = (args: readonly string[]): Options => {
  const text = { type: 'string' } as const
  const options = { target: text, count: text, minutes: text, seed: text }
  const { values } = parseArgs({ args: [...args], options })
  const { target } = values
  if (target !== undefined && !TARGET_NAMES.includes(target)) {
    throw new TypeError(`there is no target ${target}`)
  }
  const minutes = parseNumber(values.minutes) ?? Number.POSITIVE_INFINITY
  const unlimited = values.minutes === undefined ? 20_000 : Number.POSITIVE_INFINITY
  const count = parseNumber(values.count) ?? unlimited
  return { target, count, minutes, seed: parseNumber(values.seed) ?? randomInt(2 ** 31) }
}

const parseNumber = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`${text} is not a positive number`)
  return value
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  process.stderr.write(`${error.message}\n${USAGE}`)
  process.exitCode = 2
}
