export { type ApiOptions, type Authentication, apiRoutes } from './routes.ts'
