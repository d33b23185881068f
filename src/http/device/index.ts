export { PROFILE_TYPE, profileRoutes } from './profile.ts'
export { scepRoutes } from './scep.ts'
