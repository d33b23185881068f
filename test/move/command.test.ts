import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryDirectory, windfall } from '../cli/windfall.ts'

test('windfall migrate says what is missing, and never prints the password', async () => {
  await using directory = await temporaryDirectory()
  const data = ['--data', directory.path]
  const cases = [
    [2, []],
    [6, ['--to', 'mysql://windfall:hunter2@db/windfall']],
    [3, ['--to', 'postgres://windfall:hunter2@db/windfall']],
    [6, ['--to-file', `${directory.path}/absent`]],
  ] as const
  await Promise.all(
    cases.map(async ([expected, args]) => {
      const { code, stdout, stderr } = await windfall(['migrate', ...args, ...data])
      assert.equal(code, expected, stderr)
      assert.equal(stdout, '')
      assert.doesNotMatch(stderr, /hunter2/)
    }),
  )
})
