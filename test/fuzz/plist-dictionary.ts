import { readDictionary } from './dictionary.ts'
import type { LeafType } from './plist-tree.ts'

/** Texts and keys: markup, what XML forbids or changes, names that objects have, names that we look for. */
export const TEXTS: readonly string[] = [
  ...readDictionary('xml.dict'),
  ...[
    ']]>',
    '&',
    '<',
    '>',
    '"',
    '\0',
    '\x1b',
    '\r',
    '\r\n',
    '\t',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ufffe',
  ],
  ...[
    '\uffff',
    '\ud800',
    '\udfff',
    '😀',
    'e\u0301',
    '\u202e',
    ' ',
    '0',
    '1',
    '-',
    '.',
    '=',
    'A',
    '<!--',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'UDID',
    'CHALLENGE',
    'PayloadContent',
  ],
]

const INTEGERS = [
  '',
  '0',
  '-0',
  '+1',
  '-1',
  '007',
  '0x',
  '0x1F',
  '-0x1',
  '1e3',
  '1.0',
  ' 1 ',
  '1 2',
  '١',
]
const LIMITS = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n].flatMap((limit) =>
  [limit - 1n, limit, limit + 1n, -limit, 1n - limit].map(String),
)

const REALS = [
  '',
  '0',
  '-0',
  '.5',
  '5.',
  '1e400',
  '-1e400',
  '1e-400',
  'nan',
  'inf',
  '-infinity',
  '+1.5',
]
const MORE_REALS = [
  '0x1p3',
  '1_000',
  ' 1.5\n',
  '1e',
  '1e+',
  '4.9e-324',
  '1.7976931348623157e308',
  '1,5',
]

const DATES = ['', '2026-02-28T12:00:00Z', '2026-02-30T12:00:00Z', '0000-01-01T00:00:00Z']
const MORE_DATES = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '10000-01-01T00:00:00Z']
const ODD_DATES = [
  '2026-02-28T24:00:00Z',
  '2026-02-28T12:00:60Z',
  '2026-02-28',
  '2026-2-8T1:0:0Z',
  '2026',
]

const DATA = [
  '',
  'AA==',
  'AA',
  'AA=',
  'AAA=',
  'AB==',
  'A A = =',
  'AA==AA==',
  '=',
  '-_-_',
  'AAAA\n',
  'é',
]

/** Texts on the edge of what an element may hold, by its name. */
export const EDGES: Readonly<Record<LeafType, readonly string[]>> = {
  string: TEXTS,
  key: TEXTS,
  integer: [...INTEGERS, ...LIMITS, '9'.repeat(21), '9'.repeat(5000)],
  real: [...REALS, ...MORE_REALS, ...LIMITS, '9'.repeat(400), `0.${'0'.repeat(5000)}1`],
  date: [...DATES, ...MORE_DATES, ...ODD_DATES],
  data: DATA,
  true: ['', ' ', 'x'],
  false: ['', '\n', '0'],
}
