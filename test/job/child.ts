import pino from 'pino'
import { startRunner } from '../../src/jobs/index.ts'
import { createJobQueue } from '../../src/service/job/index.ts'
import { type DatabaseLocation, openDatabase } from '../../src/store/index.ts'

// A server that is killed amid a job: it tells its parent that it has begun, and stands still.

const [, , location = '', now = ''] = process.argv
const place: DatabaseLocation = JSON.parse(location)
const { db } = await openDatabase(place)
const clock = { now: () => Number(now) }
startRunner({
  queue: createJobQueue({ db, clock }),
  logger: pino({ level: 'silent' }),
  handlers: new Map([
    [
      'mail',
      async () => {
        process.send?.('begun')
        return await new Promise(() => setInterval(() => {}, 1000))
      },
    ],
  ]),
})
