import assert from 'node:assert/strict'
import { test } from 'node:test'
import { succeed, windfall } from './windfall.ts'

test('prints its version, and help that begins with examples', async () => {
  assert.match(await succeed(['--version']), /^\d+\.\d+\.\d+\n$/)
  for (const args of [['--help'], ['enrollment', 'watch', '--help']]) {
    assert.match(await succeed(args), /^Examples:\n {2}windfall .+\n[\s\S]*\nUsage: windfall .*\n/)
  }
})

test('answers what it does not understand with 2, one line and a suggestion', async () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['enrolment'], /^windfall: unknown command 'enrolment' \(Did you mean enrollment\?\)\n/],
    [
      ['serve', '--listn', 'x'],
      /^windfall: unknown option '--listn' \(Did you mean --listen\?\)\n/,
    ],
    [['enrollment', 'show'], /^windfall: missing required argument 'id'\n/],
    [['enrollment', 'list', '--limit', '0'], /^windfall: .*--limit/],
    [['enrollment', 'list', '-o', 'yaml'], /^windfall: .*Allowed choices are table, json, ndjson/],
    [['demo', '--port', '70000'], /^windfall: .*--port/],
    [['account', 'add', 'anna', '--attribute', 'team'], /^windfall: .*--attribute/],
    [['account', 'add', 'anna'], /^windfall: the password is missing\n/],
  ]
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await windfall(args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
    assert.match(stderr, /^.+\n {2}hint: .+\n$/)
  }
})

test('explains itself where nothing was asked, which is no success', async () => {
  const { code, stdout, stderr } = await windfall([])
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /Usage: windfall/)
})
