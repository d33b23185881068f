import { setImmediate } from 'node:timers/promises'
import { readCorpus, replay } from './corpus.ts'

// A process of its own, because what is looked for ends the process. Its arguments: the corpus, rounds to warm up,
// rounds to measure. It writes how many readings there were and what memory it held after each measured round.
const [name, warmUp, rounds] = process.argv.slice(2)
const inputs = readCorpus(name === 'shared' ? 'shared' : 'fixtures')
const readings = new Map<string, number>()
const residentSizes: number[] = []
Error.stackTraceLimit = 0
for (let round = 0; round < Number(warmUp) + Number(rounds); round++) {
  replay(inputs, readings)
  await setImmediate()
  globalThis.gc?.()
  if (round >= Number(warmUp)) residentSizes.push(process.memoryUsage.rss())
}
const report = { inputs: inputs.length, readings: Object.fromEntries(readings), residentSizes }
process.stdout.write(JSON.stringify(report))
