import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

const LIST = ['name;full name;team', 'anna;Anna A.;x', 'a:b;;', 'anna;;', `bob;${'b'.repeat(300)};`]

test('takes over the people of a file, or none while a line is wrong, with and without a server', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const file = join(directory.path, 'people.csv')
  await writeFile(file, LIST.join('\n'))
  const account = (...args: readonly string[]) => ['account', ...args, '--data', data]
  const refused = await windfall(account('import', file))
  assert.deepEqual([refused.code, refused.stdout], [6, ''])
  assert.match(refused.stderr, /line 3, a:b: .*\(account_name\)\n/)
  assert.match(refused.stderr, /line 4, anna: also on line 2 \(account_twice\)\n/)
  assert.match(refused.stderr, /line 5, bob: fullName: more than 256 characters \(input\)\n/)
  assert.match(refused.stderr, /3 of 4 people cannot be taken over; nothing was changed/)

  const skipping = account('import', file, '--skip-faulty')
  const counts = async (args: readonly string[]) =>
    JSON.parse(await succeed([...args, '-o', 'json']))
  const trial = await counts([...skipping, '--dry-run'])
  assert.deepEqual([trial.dryRun, trial.added, trial.refused], [true, 1, 3])
  assert.doesNotMatch(await succeed(account('list')), /anna/)
  assert.match(await succeed(skipping), /\n1 +added\n3 +left out\n$/)

  await using _ = await serve(data)
  await writeFile(file, 'name,team\nanna,y\ncarl,\n')
  assert.match(await succeed(account('import', file)), /\n1 +added\n1 +left as they are\n$/)
  const changed = await counts(account('import', file, '--change'))
  assert.deepEqual([changed.changed, changed.same, changed.faults], [1, 1, []])
  const [anna] = JSON.parse(await succeed(account('list', '-o', 'json'))).data
  assert.deepEqual([anna.fullName, anna.attributes], ['Anna A.', { team: 'y' }])
})

test('adds people without a password, and gives them one', async () => {
  await using directory = await temporaryDirectory()
  const at = ['--data', join(directory.path, 'data')]
  await succeed(['account', 'add', 'anna', '--no-password', ...at])
  const read = async () =>
    JSON.parse(await succeed(['account', 'list', '-o', 'json', ...at])).data[0]
  assert.equal((await read()).hasPassword, false)
  const set = ['account', 'set-password', 'anna', '--password-stdin', ...at]
  await succeed(set, { input: 'a password of hers\n' })
  assert.equal((await read()).hasPassword, true)
  await succeed(['account', 'disable', 'anna', ...at])
  assert.notEqual((await read()).disabledAt, null)
  await succeed(['account', 'enable', 'anna', ...at])
  assert.equal((await read()).disabledAt, null)
})
