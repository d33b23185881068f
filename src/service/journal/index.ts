export { recordAudit } from './audit.ts'
export { type Actor, type Origin, OWNER } from './origin.ts'
export { moveWithStep, recordStep } from './step.ts'
export { addWeakAlgorithms, markWeakUses, type WeakUse, weakDetail } from './weak.ts'
