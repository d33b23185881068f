export { type Author, OWNER, recordAudit } from './audit.ts'
export type { Origin } from './origin.ts'
export { moveWithStep, recordStep } from './step.ts'
export { addWeakAlgorithms, markWeakUses, type WeakUse, weakDetail } from './weak.ts'
