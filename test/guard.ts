import assert from 'node:assert/strict'
import { after } from 'node:test'

const untouched = Reflect.ownKeys(Object.prototype)

after(() => {
  // No key of a dictionary, document or header may have become everybody's property.
  const message = `${process.argv[1]} changed Object.prototype`
  assert.deepEqual(Reflect.ownKeys(Object.prototype), untouched, message)
})

// The runner's timeout ends tests, not files: a server, browser or child that a file leaves open
// would hold the run for ever. Preloaded into every test file, this ends it and names the resources.
after(() => {
  setTimeout(() => {
    const open = new Set(process.getActiveResourcesInfo())
    process.stderr.write(`still open after the last test: ${[...open].join(', ')}\n`)
    process.exit(1)
  }, 3000).unref()
})
