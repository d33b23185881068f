import type { Enrollment } from '../api-client/index.ts'
import type { PlistDict, PlistValue } from '../protocol/plist/index.ts'
import { expectDict, formatPlist, getArray, getString } from '../protocol/plist/index.ts'
import type { SimStep } from '../sim/index.ts'
import type { Proof } from './demo-proof.ts'
import type { Stage } from './demo-stage.ts'
import { PHASES, type Phase, tell } from './demo-story.ts'
import { formatBytes, formatDuration, formatFingerprint } from './format.ts'
import { createPaint, printLine, type Terminal, toOneLine } from './terminal.ts'

/** Prints the demo while it goes on. */
export interface DemoReport {
  begin(stage: Stage, startMs: number): void
  step(step: SimStep): void
  timeline(enrollment: Enrollment): void
  settings(profile: PlistDict): void
  proofs(proofs: readonly Proof[]): void
  heading(text: string): void
  /** Indented lines. */
  lines(...lines: readonly string[]): void
}

export const createDemoReport = (terminal: Terminal): DemoReport => {
  const paint = createPaint(terminal.stdout)
  const print = (line = ''): void => printLine(terminal, line)
  const heading = (text: string): void => print(`\n${paint(['bold', 'cyan'], text)}`)
  const lines = (...texts: readonly string[]): void => {
    for (const text of texts) print(`  ${text}`)
  }
  let current: Phase | undefined
  return {
    heading,
    lines,
    begin({ app, data, phone }, startMs) {
      const { PRODUCT, SERIAL, VERSION } = phone.facts
      const { rootFingerprint, organization } = app.core.services.site
      lines(
        `${paint('gray', 'server')}  ${app.publicUrl}, ready after ${formatDuration(startMs)}`,
        `${paint('gray', 'data')}    ${data}, removed at the end`,
        `${paint('gray', 'root')}    ${organization} ${formatFingerprint(rootFingerprint).slice(0, 23)}…`,
        `${paint('gray', 'phone')}   ${PRODUCT}, serial ${SERIAL}, build ${VERSION}; it trusts that root`,
      )
    },
    step(step) {
      const { phase, meaning } = tell(step)
      if (phase !== current) heading(PHASES[phase])
      current = phase
      const { title, fault, durationMs, bytesSent, bytesReceived, summary } = step
      const mark = fault === undefined ? paint('green', '✓') : paint('red', '✗')
      const duration = formatDuration(durationMs).padStart(9)
      const traffic = `${arrow('↑', bytesSent)}  ${arrow('↓', bytesReceived)}`.trimEnd()
      lines(`${mark} ${paint('bold', title.padEnd(30))} ${duration}  ${traffic}`.trimEnd())
      lines(`  ${paint('gray', meaning)}`)
      if (fault !== undefined) lines(`  ${paint('red', `${toOneLine(summary)} (${fault})`)}`)
    },
    timeline({ state, steps }) {
      heading('What the server recorded')
      for (const { sinceMs, outcome, summary } of steps) {
        const mark = outcome === 'ok' ? paint('green', '✓') : paint('red', '✗')
        const since = sinceMs === null ? '' : `+${formatDuration(sinceMs)}`
        lines(`${paint('gray', since.padStart(8))}  ${mark} ${toOneLine(summary)}`)
      }
      lines(`state     ${paint(state === 'configured' ? 'green' : 'red', state)}`)
    },
    settings(profile) {
      heading('The settings, as this phone alone can read them')
      lines(toOneLine(getString(profile, 'PayloadDescription') ?? ''))
      for (const payload of (getArray(profile, 'PayloadContent') ?? []).map(expectDict)) {
        const name = getString(payload, 'PayloadDisplayName') ?? ''
        const type = getString(payload, 'PayloadType') ?? ''
        const note = type === 'com.apple.security.scep' ? ', its challenge is withheld here' : ''
        lines(`• ${toOneLine(name).padEnd(20)} ${paint('gray', toOneLine(type) + note)}`)
      }
      lines(...excerpt(profile).map((line) => paint('gray', `  ${line}`)))
    },
    proofs(proofs) {
      heading('Tried, and refused')
      for (const { claim, refusal } of proofs) {
        const mark = refusal === undefined ? paint('red', '✗ NOT TRUE:') : paint('green', '✓')
        lines(`${mark} ${claim}`)
        if (refusal !== undefined) lines(`  ${paint('gray', toOneLine(refusal))}`)
      }
    },
  }
}

const arrow = (direction: string, bytes: number): string =>
  bytes === 0 ? ' '.repeat(9) : `${direction} ${formatBytes(bytes)}`.padEnd(9)

/** The first payload in XML. */
const excerpt = (profile: PlistDict): readonly string[] => {
  const [first] = getArray(profile, 'PayloadContent') ?? []
  if (first === undefined) return []
  const xml = Buffer.from(formatPlist(withhold(first)))
    .toString()
    .split('\n')
  return xml
    .slice(xml.indexOf('<dict>'), xml.lastIndexOf('</dict>') + 1)
    .map((line) => line.replaceAll('\t', '  '))
}

const SECRET = /challenge|pass(word|code)|secret/i

const withhold = (value: PlistValue): PlistValue => {
  if (Array.isArray(value)) return value.map((each: PlistValue) => withhold(each))
  if (!(value instanceof Map)) return value
  return new Map(
    [...expectDict(value)].map(([name, each]) => [
      name,
      SECRET.test(name) && typeof each === 'string' ? '(withheld)' : withhold(each),
    ]),
  )
}
