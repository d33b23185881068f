import { format, formatTarget, isReached, type Row as Measured } from '../bench/report.ts'
import type { Row } from './record.ts'

/** A row of the benchmark as a row of a long run. */
export const toRow = (row: Measured): Row => ({
  what: row.what,
  // A ratio says nothing without its two sides.
  measured: / (÷|of) /.test(row.measured) ? `${format(row.value)} (${row.measured})` : row.measured,
  mark: formatTarget(row),
  reached: isReached(row),
})
