export { createDiagnosis, type Diagnose } from './diagnosis.ts'
