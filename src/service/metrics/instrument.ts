/** One line of a metric: the values of its labels, in the order of their names, and its number. */
export type Sample = readonly [labels: readonly string[], value: number]

/** What a metric is called, what it says, and what tells its series apart. */
export interface Description {
  /** In base units, e.g. `windfall_scep_requests_total`. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

/** Something that can be read as text. */
export interface Metric {
  /** The lines of the Prometheus text format (version 0.0.4). */
  format(): Promise<readonly string[]>
}

/** No metric of ours has so many series; what comes after them is counted under `other`. */
const MOST_SERIES = 500
const OTHER = 'other'

/** The series of a metric, by the values of their labels. */
class SeriesTable<T> {
  readonly #series = new Map<string, readonly [labels: readonly string[], value: T]>()
  readonly #create: () => T

  constructor(create: () => T) {
    this.#create = create
  }

  get(labels: readonly string[]): T {
    const key = labels.join('\0')
    const found = this.#series.get(key)
    if (found !== undefined) return found[1]
    const isOther = labels.every((label) => label === OTHER)
    if (this.#series.size >= MOST_SERIES && !isOther) return this.get(labels.map(() => OTHER))
    const value = this.#create()
    this.#series.set(key, [labels, value])
    return value
  }

  values(): Iterable<readonly [readonly string[], T]> {
    return this.#series.values()
  }
}

/** How often something has happened. */
export class Counter implements Metric {
  readonly #description: Description
  readonly #series = new SeriesTable(() => ({ count: 0 }))

  constructor(description: Description) {
    this.#description = description
    // A rate needs the zero that came before the first one.
    if (description.labels === undefined) this.#series.get([])
  }

  add(...labels: readonly string[]): void {
    this.#series.get(labels).count++
  }

  async format(): Promise<readonly string[]> {
    const samples = [...this.#series.values()].map(([labels, { count }]): Sample => [labels, count])
    return formatMetric(this.#description, 'counter', samples)
  }
}

interface Distribution {
  /** How many fell into each bucket and into none before it; the last one has no bound. */
  readonly counts: Float64Array
  sum: number
}

/** How long things take. */
export class Histogram implements Metric {
  readonly #description: Description
  readonly #bounds: readonly number[]
  readonly #series: SeriesTable<Distribution>

  /** `bounds`: the upper ones of the buckets, in seconds, the least first. */
  constructor(description: Description, bounds: readonly number[]) {
    this.#description = description
    this.#bounds = bounds
    this.#series = new SeriesTable(() => ({ counts: new Float64Array(bounds.length + 1), sum: 0 }))
  }

  observe(seconds: number, ...labels: readonly string[]): void {
    const series = this.#series.get(labels)
    let bucket = 0
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket++
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  async format(): Promise<readonly string[]> {
    const { name, labels: names = [] } = this.#description
    const lines = [...this.#series.values()].flatMap(([labels, { counts, sum }]) => {
      let total = 0
      const buckets = [...counts].map((count, index) => {
        total += count
        const bound = String(this.#bounds[index] ?? '+Inf')
        return formatSample(`${name}_bucket`, [...names, 'le'], [[...labels, bound], total])
      })
      return [
        ...buckets,
        formatSample(`${name}_sum`, names, [labels, sum]),
        formatSample(`${name}_count`, names, [labels, total]),
      ]
    })
    return [...formatHead(this.#description, 'histogram'), ...lines]
  }
}

/** What is looked up whenever somebody asks. */
export class Reading implements Metric {
  readonly #description: Description
  readonly #kind: 'gauge' | 'counter'
  readonly #read: () => Iterable<Sample> | Promise<Iterable<Sample>>

  constructor(
    description: Description,
    kind: 'gauge' | 'counter',
    read: () => Iterable<Sample> | Promise<Iterable<Sample>>,
  ) {
    this.#description = description
    this.#kind = kind
    this.#read = read
  }

  async format(): Promise<readonly string[]> {
    return formatMetric(this.#description, this.#kind, await this.#read())
  }
}

const formatMetric = (
  description: Description,
  kind: string,
  samples: Iterable<Sample>,
): readonly string[] => {
  const { name, labels = [] } = description
  return [
    ...formatHead(description, kind),
    ...Array.from(samples, (sample) => formatSample(name, labels, sample)),
  ]
}

const formatHead = ({ name, help }: Description, kind: string): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${kind}`,
]

const formatSample = (name: string, names: readonly string[], [labels, value]: Sample): string => {
  const pairs = names.map((each, index) => `${each}="${escapeLabel(labels[index] ?? '')}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
