import { type Document, isMap, isNode, isPair, LineCounter, parseAllDocuments } from 'yaml'
import type { ManifestFault } from './fault.ts'

/** One object of a YAML file, not yet looked at. */
export interface ManifestDocument {
  readonly file: string
  readonly value: unknown
  /** The line on which the member with this path stands, or the nearest that contains it. */
  lineOf(path: readonly PropertyKey[]): number
}

export interface ParsedFile {
  readonly documents: readonly ManifestDocument[]
  readonly faults: readonly ManifestFault[]
}

/** Reads the documents of a YAML 1.2 file; those that are empty are left out. */
export const parseManifestFile = (file: string, text: string): ParsedFile => {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, version: '1.2', uniqueKeys: true })
  const documents: ManifestDocument[] = []
  const faults: ManifestFault[] = []
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const { errors, contents } = document
    for (const { pos, message } of errors) {
      const [first = message] = message.split('\n', 1)
      faults.push({ file, line: lines.linePos(pos[0]).line, path: '', message: first })
    }
    if (errors.length > 0 || contents === null) continue
    documents.push({
      file,
      // An alias is a short way to write much: of a few there is no need.
      value: document.toJS({ maxAliasCount: 20 }),
      lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
    })
  }
  return { documents, faults }
}

const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    const key = typeof step === 'symbol' ? '' : step
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && String(each.key) === String(key))
      if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset
      node = pair?.value
    } else {
      node = document.getIn(path.slice(0, path.indexOf(step) + 1), true)
      if (isNode(node)) offset = node.range?.[0] ?? offset
    }
    if (node === undefined || node === null) break
  }
  return offset
}
