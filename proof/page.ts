import { readdirSync, readFileSync } from 'node:fs'
import { formatProofPage, parseRecord } from './record.ts'

const directory = new URL('../docs/proof/', import.meta.url)

/** `docs/proof.md`, from the records that stand in `docs/proof`. */
export const renderProofPage = (): string => {
  const files = readdirSync(directory).filter((name) => name.endsWith('.json'))
  const records = files
    .sort()
    .map((name) => parseRecord(readFileSync(new URL(name, directory), 'utf8')))
  return formatProofPage(records)
}
