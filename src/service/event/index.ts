export { createStepTail, type FoundSteps, isAfter, type StepTail } from './tail.ts'
