export { type Moved, type MoveOptions, type MoveProgress, moveDatabase } from './move.ts'
