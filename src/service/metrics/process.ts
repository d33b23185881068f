import { readdir, readFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Metric, Reading } from './instrument.ts'

/** What is known of this process; watches the event loop until it is disposed of. */
interface ProcessMetrics extends Disposable {
  readonly metrics: readonly Metric[]
}

const NANOSECONDS = 1e9
const MICROSECONDS = 1e6
/** How often the event loop is asked whether it is late, in milliseconds. */
const RESOLUTION_MS = 20

/** Under the names that dashboards for Node know. The delay of the event loop is that since the last reading. */
export const watchProcess = (version: string): ProcessMetrics => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const started = Date.now() / 1000 - process.uptime()
  const gauge = (name: string, help: string, read: () => number): Metric =>
    new Reading({ name, help }, 'gauge', () => [[[], read()]])
  const cpu = (name: string, help: string, read: (usage: NodeJS.CpuUsage) => number): Metric =>
    new Reading({ name, help }, 'counter', () => [[[], read(process.cpuUsage()) / MICROSECONDS]])
  return {
    metrics: [
      new Reading(
        { name: 'windfall_build_info', help: 'What runs here.', labels: ['version', 'node'] },
        'gauge',
        () => [[[version, process.versions.node], 1]],
      ),
      cpu('process_cpu_user_seconds_total', 'Processor time of the program.', ({ user }) => user),
      cpu('process_cpu_system_seconds_total', 'Processor time of the kernel for it.', (usage) => {
        return usage.system
      }),
      gauge('process_start_time_seconds', 'Start of the process, since 1970.', () => started),
      gauge('process_resident_memory_bytes', 'Memory that the process has.', () =>
        process.memoryUsage.rss(),
      ),
      gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed),
      gauge('nodejs_heap_size_total_bytes', 'Heap.', () => process.memoryUsage().heapTotal),
      gauge('nodejs_external_memory_bytes', 'Memory of buffers.', () => {
        return process.memoryUsage().external
      }),
      new Reading(
        { name: 'process_open_fds', help: 'Open files and sockets.' },
        'gauge',
        async () => [[[], (await readdir('/proc/self/fd')).length]],
      ),
      new Reading(
        { name: 'process_max_fds', help: 'How many files and sockets may be open.' },
        'gauge',
        async () => [[[], await readMaxFds()]],
      ),
      new Reading(
        {
          name: 'windfall_event_loop_delay_seconds',
          help: 'How late the event loop was since the last reading; quantile 1 is the worst.',
          labels: ['quantile'],
        },
        'gauge',
        () => {
          const samples = [0.5, 0.99, 1].map((quantile) => {
            const nanoseconds = delay.percentile(quantile * 100) - RESOLUTION_MS * MICROSECONDS
            return [[String(quantile)], Math.max(0, nanoseconds) / NANOSECONDS] as const
          })
          delay.reset()
          return samples
        },
      ),
    ],
    [Symbol.dispose]: () => void delay.disable(),
  }
}

const readMaxFds = async (): Promise<number> => {
  const limits = await readFile('/proc/self/limits', 'utf8')
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
}
