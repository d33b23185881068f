export { apiRoutes } from './routes.ts'
export type { ApiOptions } from './services.ts'
