export { type EnrollOptions, enrollRoutes } from './enroll.ts'
export { type MeOptions, meRoutes } from './me.ts'
export { type Site, siteRoutes } from './site.ts'
export { timelineRoutes } from './timeline.ts'
