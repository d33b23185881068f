import { runSchemathesis } from '../test/api/schemathesis.ts'
import { dialects } from '../test/dialect.ts'
import { withPostgres } from './postgres.ts'
import type { LongRun, Row } from './record.ts'

/** `npm run proof -- schemathesis`: the API asked for everything that its document allows, and for what it does not. */
export const schemathesis: LongRun = {
  title: 'The API and its document, by schemathesis',
  ids: [],
  options: { examples: 100 },
  run: async ({ examples = 0 }) => {
    const rows: Row[] = []
    await withPostgres(async () => {
      for (const dialect of dialects) {
        const { status, report, errors } = await runSchemathesis(dialect, [
          ...['--phases', 'coverage,fuzzing,stateful', '--max-examples', String(examples)],
          // It would revoke the token that it comes with.
          ...['--exclude-operation-id', 'revokeToken'],
        ])
        const [, count = 'none'] = /(\d+) generated/.exec(report) ?? []
        const [, found = 'nothing was run'] = /=+ (.*) =+\s*$/.exec(report) ?? []
        rows.push(
          { what: `${dialect.name}: requests`, measured: count },
          {
            what: `${dialect.name}: findings`,
            measured: found,
            mark: 'none',
            reached: status === 0,
          },
          {
            what: `${dialect.name}: errors in the log`,
            measured: String(errors.length),
            mark: '0',
            reached: errors.length === 0,
          },
        )
        if (status !== 0) process.stderr.write(report)
      }
    })
    return rows
  },
}
