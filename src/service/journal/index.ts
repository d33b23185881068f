export { type AuditReport, recordAudit } from './audit.ts'
export type { Origin } from './origin.ts'
export { type MoveChanges, moveWithStep, recordStep, type StepReport } from './step.ts'
