export { createJobQueue, type JobQueue, type TakenJob } from './queue.ts'
export type { JobHandler, JobResult } from './result.ts'
