import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { request } from '../request.ts'
import { startOpsServer } from './ops-server.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8')

const NAME = /\b(?:windfall|http_server|nodejs|process)_[a-z_]+/g
/** `name{label="…",other!="…"}`. */
const SELECTOR = /\b((?:windfall|http_server|nodejs|process)_[a-z_]+)\{([^}]*)\}/g

/** Every expression of the alert rules and of the dashboard. */
const readExpressions = (): readonly string[] => {
  const rules = read('prometheus/windfall.rules.yml')
  const dashboard: unknown = JSON.parse(read('grafana/windfall.json'))
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, each] of Object.entries(value)) {
      if (key === 'expr') found.push(String(each))
      else walk(each)
    }
  }
  walk(dashboard)
  // A block of YAML ends where the next key of the rule begins.
  const blocks = rules.matchAll(/^ {8}expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/gm)
  return [...found, ...[...blocks].map(([, block, line]) => block ?? line ?? '')]
}

/** Name of each series that the server shows after an enrollment → its labels. */
const readSeries = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  await using running = await startOpsServer()
  await running.server.enroll()
  const text = (await request(running.ops, '/metrics')).body.toString()
  const series = new Map<string, Set<string>>()
  for (const [, type = '', kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const names = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    for (const suffix of names) series.set(`${type}${suffix}`, new Set(['instance', 'job']))
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)\{(.*)\} \S+$/gm)) {
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) series.get(name)?.add(label)
  }
  return series
}

test('alert rules and dashboard ask only for metrics and labels that the server has', async () => {
  const expressions = readExpressions()
  assert(expressions.length > 30, `${expressions.length} expressions`)
  const series = await readSeries()
  for (const expression of expressions) {
    for (const [name] of expression.matchAll(NAME)) assert(series.has(name), name)
    for (const [, name = '', selector = ''] of expression.matchAll(SELECTOR)) {
      for (const [, label = ''] of selector.matchAll(/([a-z_]+)!?=~?"/g)) {
        assert(series.get(name)?.has(label), `${name} has no label ${label}`)
      }
    }
  }
})

test('there is an alert for ends of certificates, SCEP, the funnel, overload and readiness', () => {
  const alerts = [...read('prometheus/windfall.rules.yml').matchAll(/^ {6}- alert: (\w+)$/gm)]
  assert.deepEqual(
    alerts.map(([, name]) => name),
    [
      ...['WindfallDown', 'WindfallNotReady', 'WindfallCertificateEndsSoon'],
      ...['WindfallCertificateEnds', 'WindfallScepErrors', 'WindfallFunnelDrop'],
      ...['WindfallOverloaded', 'WindfallServerErrors', 'WindfallEventLoopLate'],
    ],
  )
})
