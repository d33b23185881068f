import type { Metric } from './instrument.ts'

export { createMeter, type HttpMeter, type ProcessMeter } from './meter.ts'
export { watchProcess } from './process.ts'
export { stateMetrics } from './state.ts'

/** The metrics in the Prometheus text format, version 0.0.4. */
export const formatMetrics = async (metrics: readonly Metric[]): Promise<string> => {
  const lines = await Promise.all(metrics.map((metric) => metric.format()))
  return `${lines.flat().join('\n')}\n`
}
