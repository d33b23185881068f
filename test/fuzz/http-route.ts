import { pick, type Random } from '../mutate.ts'

export interface Route {
  readonly methods: readonly string[]
  /** With `:name` and `*` where it takes anything. */
  readonly path: string
}

// `│   └── /:id (GET, HEAD)`: four characters for a level, then what is added to the path above; no methods where
// several paths only begin alike.
const LINE = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?$/

/** The routes in what Fastify prints of them, so that a new one is attacked from its first day. */
export const parseRoutes = (printed: string): readonly Route[] => {
  const routes: Route[] = []
  const above: string[] = []
  for (const line of printed.split('\n')) {
    const [, indent = '', segment, methods] = LINE.exec(line) ?? []
    if (segment === undefined) continue
    const depth = indent.length / 4
    const path = (above[depth - 1] ?? '') + segment
    above[depth] = path
    if (methods !== undefined) routes.push({ methods: methods.split(', '), path })
  }
  return routes
}

const PARAMETERS: readonly string[] = [
  ...['$ID', 'bob', 'pkiclient.exe', '.', '..', '../../etc/passwd', '%2e%2e%2f', '%00', '%', '%zz'],
  ...['enr_00000000000000000000000000', '__proto__', "' or 1=1 --", '%F0%9F%98%80', '%ff', 'a;b'],
  ...['a'.repeat(513), 'a%2f'.repeat(100), '/'.repeat(2000), '%25'.repeat(3000)],
]

const QUERY_NAMES: readonly string[] = [
  ...['limit', 'cursor', 'after', 'state', 'live', 'operation', 'message', '__proto__', 'a[b]', ''],
  'operation',
]
const QUERY_VALUES: readonly string[] = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '500',
    '501',
    '1e9',
    'NaN',
    'off',
    'configured',
    '$ID',
    '%00',
    '%',
    '%ff',
  ],
  ...[
    'GetCACaps',
    'GetCACert',
    'PKIOperation',
    'GetCRL',
    'getcacaps',
    'MIAGCSqGSIb3DQEHAqCA',
    '+/==',
  ],
  ...['x'.repeat(30_000), '%41'.repeat(10_000), '&'.repeat(5000), '[]'.repeat(1000)],
]

/** A path that mostly leads to the route, and a query. */
export const fillPath = ({ path }: Route, random: Random): string => {
  let filled = path.replaceAll(/:\w+|\*/g, () => pick(PARAMETERS, random))
  if (random(16) === 0) filled += pick(['/', '//', '/x', '%20', ';x=1', '.json'], random)
  if (random(24) === 0) filled = pick(PARAMETERS, random)
  const pairs = Array.from({ length: random(2) === 0 ? 0 : random(4) }, () => {
    const isBare = random(8) === 0
    return pick(QUERY_NAMES, random) + (isBare ? '' : `=${pick(QUERY_VALUES, random)}`)
  })
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return (filled.startsWith('/') ? filled : `/${filled}`) + query
}
