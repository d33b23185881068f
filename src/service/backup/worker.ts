import { parentPort, workerData } from 'node:worker_threads'
import { type WriteOrder, writeBackup } from './write.ts'

// A thread of its own: turning rows into sealed bytes would hold up whoever is being served.

const order: WriteOrder = workerData
parentPort?.postMessage(await writeBackup(order))
