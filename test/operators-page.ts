import { ROUTES } from '../src/http/access.ts'
import { PERMISSIONS, permissionsOf, ROLES } from '../src/model/index.ts'

/** `docs/operators.md` with the tables that the code has now. */
export const renderOperatorsPage = (page: string): string =>
  replaceTable(replaceTable(page, 'roles', renderRoles()), 'routes', renderRoutes())

const replaceTable = (page: string, name: string, table: string): string => {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->\n`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/operators.md has no place for ${name}`)
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`
}

const renderRoles = (): string =>
  renderTable(
    ['permission', ...ROLES],
    PERMISSIONS.map((permission) => [
      `\`${permission}\``,
      ...ROLES.map((role) => (permissionsOf(role).has(permission) ? 'yes' : '')),
    ]),
  )

/** Those that are not for everybody. */
const renderRoutes = (): string =>
  renderTable(
    ['route', 'who may'],
    ROUTES.filter(([, , who]) => who !== 'public' && who !== 'device').map(
      ([method, path, who]) => [`\`${method} ${path}\``, who.includes('.') ? `\`${who}\`` : who],
    ),
  )

const renderTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
