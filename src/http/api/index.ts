export { type ApiOptions, apiRoutes } from './routes.ts'
