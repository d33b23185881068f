export { type EnrollOptions, enrollRoutes } from './enroll.ts'
export { type InvitationPageOptions, invitationRoutes } from './invitation.ts'
export { type Site, siteRoutes } from './site.ts'
export { timelineRoutes } from './timeline.ts'
