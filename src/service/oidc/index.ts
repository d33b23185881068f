export { emailOf, nameOf, valuesOf } from './claim.ts'
export { openProvider } from './open.ts'
export { arrive, type Departure, depart, type Return, recordRefusal } from './walk.ts'
