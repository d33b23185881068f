import { FAULTS } from './catalogue.ts'

/** The faults as a table in Markdown: what docs/conformance.md shows. */
export const describeFaults = (): string => {
  const rows = FAULTS.map(
    ({ name, title, expects, source }) => `| \`${name}\` | ${title} | ${expects} | ${source} |`,
  )
  const head = ['| name | fault | a correct server | from |', '| --- | --- | --- | --- |']
  return [...head, ...rows].join('\n')
}
