import { writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { createRandom, type Random } from '../mutate.ts'
import { keepInput, readCorpus } from './corpus.ts'
import type { Shape, Target, Verdict } from './target.ts'

/** Which inputs: each is decided by `seed` and its index alone. */
export interface CampaignOptions {
  readonly target: string
  readonly seed: number
  /** The first index. */
  readonly from: number
  readonly count: number
  /** An empty PostgreSQL database for targets that are servers; without it SQLite. */
  readonly databaseUrl?: string
  /** Where each input is written before it is delivered, for inputs that end the process. */
  readonly recordIn?: string
}

export interface Finding {
  /** Undefined for an input of the corpus, and for what all inputs together have left behind. */
  readonly index: number | undefined
  readonly shape: string
  readonly message: string
  /** The corpus file. */
  readonly file: string | undefined
}

export interface Report {
  readonly inputs: number
  readonly accepted: number
  readonly refused: number
  readonly findings: readonly Finding[]
  /** Processor time of the slowest input, milliseconds. */
  readonly slowest: { readonly ms: number; readonly index: number }
  /** Bytes. */
  readonly peakHeap: number
  /** Of the whole process, seconds. */
  readonly cpu: number
}

/** Which input is delivered next. */
export interface Progress {
  readonly index: number
  readonly shape: string
}

/** Of the thread that reads an input. */
const MAX_CPU_MS = 100
/** A slow input is one that is slow each time: a collection of garbage hits any. */
const TRIES = 3
const MAX_FINDINGS = 20
const PROGRESS = 250

/** Delivers the corpus of a target, then `count` inputs, one after another. */
export const runCampaign = async (
  target: Target,
  options: CampaignOptions,
  onProgress: (progress: Progress) => void,
): Promise<Report> => {
  const campaign = new Campaign(options)
  for (const { name, shape, input } of readCorpus(options.target)) {
    await campaign.deliver(findShape(target, shape), input, { file: name })
  }
  const end = options.from + options.count
  for (let index = options.from; index < end && !campaign.isOver; index++) {
    const random = createRandom(options.seed, index)
    const shape = pickShape(target.shapes, random)
    const isTold = index % PROGRESS === 0 || options.recordIn !== undefined
    if (isTold) {
      onProgress({ index, shape: shape.name })
      // Readers do not wait for anything: without this nobody would hear of it, nor could end the process.
      await setImmediate()
    }
    await campaign.deliver(shape, shape.generate(random), { index })
  }
  await target.settle().catch((error: unknown) => campaign.note({ shape: 'settle', error }))
  return campaign.report()
}

const findShape = ({ shapes }: Target, name: string): Shape => {
  const found = shapes.find((shape) => shape.name === name)
  if (found === undefined) throw new Error(`a corpus file of an unknown shape: ${name}`)
  return found
}

const pickShape = (shapes: readonly Shape[], random: Random): Shape => {
  let rest = random(shapes.reduce((sum, { weight }) => sum + weight, 0))
  for (const shape of shapes) {
    rest -= shape.weight
    if (rest < 0) return shape
  }
  throw new Error('a target has no shapes')
}

type Origin = { readonly index: number } | { readonly file: string }

class Campaign {
  readonly #options: CampaignOptions
  readonly #counts: Record<Verdict, number> = { accepted: 0, refused: 0 }
  readonly #findings: Finding[] = []
  readonly #startCpu = process.cpuUsage()
  #inputs = 0
  #slowest = { ms: 0, index: -1 }
  #peakHeap = 0

  constructor(options: CampaignOptions) {
    this.#options = options
  }

  get isOver(): boolean {
    return this.#findings.length >= MAX_FINDINGS
  }

  async deliver(shape: Shape, input: Uint8Array, origin: Origin): Promise<void> {
    this.#inputs++
    const { recordIn } = this.#options
    if (recordIn !== undefined) writeFileSync(recordIn, input)
    try {
      const { ms, verdict } = await measure(shape, input)
      this.#counts[verdict]++
      const index = 'index' in origin ? origin.index : -1
      if (ms > this.#slowest.ms) this.#slowest = { ms, index }
      this.#watchHeap()
      if (ms > MAX_CPU_MS) throw new Error(`took ${Math.round(ms)} ms of processor time`)
    } catch (error) {
      this.note({ shape: shape.name, error, input, origin })
    }
  }

  note(what: { shape: string; error: unknown; input?: Uint8Array; origin?: Origin }): void {
    const { shape, error, input, origin } = what
    const isKept = origin !== undefined && 'file' in origin
    const file = isKept ? origin.file : input && keepInput(this.#options.target, shape, input)
    const index = origin !== undefined && 'index' in origin ? origin.index : undefined
    this.#findings.push({ index, shape, message: inspect(error), file })
  }

  #watchHeap(): void {
    if (this.#inputs % 64 !== 0) return
    this.#peakHeap = Math.max(this.#peakHeap, process.memoryUsage().heapUsed)
  }

  report(): Report {
    const { accepted, refused } = this.#counts
    const cpu = process.cpuUsage(this.#startCpu)
    return {
      inputs: this.#inputs,
      accepted,
      refused,
      findings: this.#findings,
      slowest: this.#slowest,
      peakHeap: this.#peakHeap,
      cpu: (cpu.user + cpu.system) / 1e6,
    }
  }
}

const measure = async (
  shape: Shape,
  input: Uint8Array,
): Promise<{ readonly ms: number; readonly verdict: Verdict }> => {
  let ms = Number.POSITIVE_INFINITY
  let verdict: Verdict = 'refused'
  for (let attempts = 0; attempts < TRIES && ms > MAX_CPU_MS; attempts++) {
    const start = process.threadCpuUsage()
    verdict = await shape.deliver(input)
    const { user, system } = process.threadCpuUsage(start)
    ms = Math.min(ms, (user + system) / 1000)
  }
  return { ms, verdict }
}
