import { readFixture } from '../codec/fixture.ts'

// `name="text"` or `"text"`, with \\, \" and \xHH in it.
const ENTRY = /^[^#"\n]*"((?:[^"\\]|\\.)*)"$/gm

/** The entries of a fuzzing dictionary below `test/fixtures/dict`. */
export const readDictionary = (name: string): readonly string[] =>
  [
    ...Buffer.from(readFixture(`dict/${name}`))
      .toString('latin1')
      .matchAll(ENTRY),
  ].map(([, text = '']) => decodeEscapes(text))

const decodeEscapes = (text: string): string =>
  text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? other : String.fromCharCode(Number.parseInt(hex, 16)),
  )
