import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measureBackup } from './backup.ts'
import { build } from './build.ts'
import { P256_WITH_RA, RSA_WITHOUT_RA } from './child.ts'
import { measureCodecs } from './codec.ts'
import { measureEvents } from './events.ts'
import { measureGrowth } from './growth.ts'
import {
  bareWithoutRa,
  bareWithRa,
  type LoadSize,
  measureEnrollment,
  measureIssuance,
} from './issuance.ts'
import { makeKeys } from './key.ts'
import { measureMemory } from './memory.ts'
import { medianCost, type OperationCost } from './operation.ts'
import { measureOverload } from './overload.ts'
import { measurePortal } from './portal.ts'
import { formatReport, parseReport, type Report, type Row, shareRow } from './report.ts'
import { measureStart } from './start.ts'

const USAGE = `usage: npm run bench -- [--quick | --long] [--only NAME] [--json FILE] [--compare FILE]
  --quick    fewer requests, no overload and no growth
  --long     growth to 1,000,000 certificates, memory after 20,000, a backup of 1 GB: some twenty minutes, 12 GB of disk
  --only     codec, scep, enrollment, portal, events, start, overload, growth or (with --long) memory, backup
  --json     also writes the report to FILE
  --compare  shows beside each value that of a report written before
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    compare: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const size: LoadSize = values.quick
  ? { warmUp: 300, rounds: 4, perRound: 100 }
  : { warmUp: 2000, rounds: 8, perRound: 250 }
const keys = makeKeys()
const operations: OperationCost[] = []
const note = (cost: OperationCost): void => void operations.push(cost)

const measureScep = async (): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const { id, name, env, bare, least } of [
    {
      id: 'rsa',
      name: 'RSA-2048 CA without RA: 3 RSA operations ÷ CPU',
      env: RSA_WITHOUT_RA,
      bare: bareWithoutRa,
      least: 0.45,
    },
    {
      id: 'ra',
      name: 'P-256 CA with RSA RA: 2 RSA and 1 P-256 operation ÷ CPU',
      env: P256_WITH_RA,
      bare: bareWithRa,
      least: 0.36,
    },
  ]) {
    const { fixed, enrolled } = await measureIssuance({ env, bare, size, keys })
    note(fixed.operations)
    note(enrolled.operations)
    const what = `SCEP issuance, ${name}`
    rows.push(
      shareRow({ id: `scep-${id}-static`, what: `${what}, static challenge`, least, ...fixed }),
      shareRow({
        id: `scep-${id}`,
        what: `${what}, challenge of an enrollment`,
        least,
        ...enrolled,
      }),
    )
  }
  return rows
}

const measureWhole = async (): Promise<readonly Row[]> => {
  const result = await measureEnrollment(size, keys)
  note(result.operations)
  const what = 'one enrollment, phases 1 to 3 with SCEP, without TLS and password hash'
  const id = 'enrollment'
  return [shareRow({ id, what: `${what}: 6 RSA operations ÷ CPU`, least: 0.4, ...result })]
}

const growth = (): Promise<readonly Row[]> => {
  build()
  return measureGrowth(values.long ? 1_000_000 : 10_000, keys)
}

const memory = (): Promise<readonly Row[]> => {
  build()
  return measureMemory(keys)
}

/** As many as make a gigabyte. */
const backup = (): Promise<readonly Row[]> => {
  build()
  return measureBackup(215_000, keys)
}

const overload = (): Promise<readonly Row[]> => {
  build()
  return measureOverload({ seconds: 10, slowSockets: 2000 }, keys)
}

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  codec: () => measureCodecs(note),
  scep: measureScep,
  enrollment: measureWhole,
  portal: measurePortal,
  events: () => {
    build()
    return measureEvents()
  },
  start: () => {
    build()
    return measureStart()
  },
  ...(values.quick ? {} : { overload, growth }),
  ...(values.long ? { memory, backup } : {}),
}

const run = async (): Promise<Report> => {
  const rows: Row[] = []
  for (const [name, measure] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue
    process.stderr.write(`measuring ${name}\n`)
    rows.push(...(await measure()))
  }
  return { node: process.versions.node, operations: medianCost(operations), rows }
}

if (values.help) {
  process.stdout.write(USAGE)
} else {
  const before =
    values.compare === undefined ? undefined : parseReport(readFileSync(values.compare, 'utf8'))
  const report = await run()
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
  process.stdout.write(`${formatReport(report, before)}\n`)
}
