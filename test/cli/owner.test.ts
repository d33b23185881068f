import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  addAnna,
  enrollPhone,
  type Server,
  serve,
  start,
  succeed,
  temporaryDirectory,
  windfall,
} from './windfall.ts'

const STEPS = [
  'signed_in',
  'profile_service_sent',
  'phase2_answered',
  'get_ca_cert',
  'get_ca_caps',
  'certificate_issued',
  'phase3_answered',
  'get_ca_cert',
  'get_ca_caps',
  'service_certificate_issued',
]

const codesOf = (ndjson: string): readonly unknown[] =>
  ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).code)

// The same commands ask a server over its socket, and work on the data where there is none.
for (const isServed of [true, false]) {
  const stack = new AsyncDisposableStack()
  let data: string
  let id: string

  describe(isServed ? 'while a server runs' : 'without a server', () => {
    before(async () => {
      data = stack.use(await temporaryDirectory()).path
      if (!isServed) await addAnna(data)
      const server: Server = stack.use(await serve(data))
      if (isServed) await addAnna(data)
      assert.equal((await enrollPhone(data, server.url)).code, 0)
      id = JSON.parse(await succeed(['enrollment', 'list', '--data', data, '-o', 'json'])).data[0]
        .id
      if (!isServed) await server[Symbol.asyncDispose]()
    })

    after(() => stack.disposeAsync())

    test('lists enrollments, as the API has them and as a table', async () => {
      const { data: list, page } = JSON.parse(
        await succeed(['enrollment', 'list', '--data', data, '-o', 'json']),
      )
      assert.deepEqual(
        list.map(({ state, account, simulated }: Record<string, unknown>) => [
          state,
          account,
          simulated,
        ]),
        [['configured', { id: list[0].account.id, name: 'anna' }, true]],
      )
      assert.deepEqual(page, { hasMore: false, nextCursor: null })
      const table = await succeed(['enrollment', 'list', '--data', data, '--state', 'configured'])
      assert.match(table, new RegExp(`^ID .*\\n${id} +configured +– +– +anna +iPhone15,2 `))
      const none = await succeed([
        'enrollment',
        'list',
        '--data',
        data,
        '--state',
        'failed',
        '-o',
        'ndjson',
      ])
      assert.equal(none, '')
    })

    test('shows the timeline of an enrollment with the duration of each step', async () => {
      const view = JSON.parse(
        await succeed(['enrollment', 'show', id, '--data', data, '-o', 'json']),
      )
      assert.deepEqual(
        view.steps.map(({ code }: { readonly code: string }) => code),
        STEPS,
      )
      const text = await succeed(['enrollment', 'show', id, '--data', data])
      assert.equal(
        text.match(/^[\d:.]{12} +(\+[\d.]+ m?s)? {2}✓ \w+ +\S.*\.$/gm)?.length,
        STEPS.length,
      )
      assert.match(
        text,
        /state +configured\n.*account +anna\n.*device +iPhone15,2, .*\(simulated\)/s,
      )
    })

    test('adds, lists and disables account holders', async () => {
      const added = await windfall(
        [
          ...['account', 'add', 'Bob', '--password-stdin', '--data', data, '-o', 'json'],
          ...['--full-name', 'Bob Example', '--email', 'bob@example.com'],
          ...['--attribute', 'team=Sales=1', '--attribute', 'room=7'],
        ],
        { input: 'short\n' },
      )
      assert.equal(added.code, 0)
      assert.match(added.stderr, /^warning: .*8 characters/)
      const bob = JSON.parse(added.stdout)
      assert.deepEqual(
        [bob.name, bob.fullName, bob.email, bob.attributes],
        ['Bob', 'Bob Example', 'bob@example.com', { team: 'Sales=1', room: '7' }],
      )
      await succeed(['account', 'disable', 'bob', '--data', data])
      const table = await succeed(['account', 'list', '--data', data])
      assert.match(
        table,
        /^NAME .*\nanna +– +– +– +\S+ \S+ +–\nBob +Bob Example +bob@example\.com .*\d$/m,
      )
    })

    test('tells by the exit code what was wrong', async () => {
      const unknown = 'enr_00000000000000000000000000'
      const account = ['account', 'add', 'ANNA', '--password-stdin']
      const cases: readonly (readonly [number, string, readonly string[], string?])[] = [
        [3, 'enrollment_unknown', ['enrollment', 'show', unknown]],
        [3, 'enrollment_unknown', ['enrollment', 'open', unknown]],
        [3, 'account_unknown', ['account', 'disable', 'nobody']],
        [5, 'account_exists', account, 'a password'],
        [6, 'input', ['enrollment', 'show', 'no-id']],
        [6, 'account_name', ['account', 'add', 'a:b', '--password-stdin'], 'a password'],
        [6, 'the password is empty', account, '\n'],
      ]
      for (const [code, text, args, input = ''] of cases) {
        const result = await windfall([...args, '--data', data], { input })
        assert.deepEqual([result.code, result.stdout], [code, ''], args.join(' '))
        assert.match(result.stderr, /^windfall: .+\n( {2}hint: .+\n)?$/)
        assert.ok(result.stderr.includes(text), result.stderr)
      }
    })

    test('lists what was done, newest first', async () => {
      const lines = await succeed(['audit', 'list', '--data', data, '--limit', '1', '-o', 'ndjson'])
      assert.equal(lines.trimEnd().split('\n').length, 1)
      const table = await succeed(['audit', 'list', '--data', data])
      assert.match(table, /^LINE +AT \(UTC\) .*\n(.*\n)*\d +\S+ \S+ +owner +account\.add +done /)
    })

    test('prints a one-use link', async () => {
      const { code, stdout, stderr } = await windfall(['enrollment', 'open', id, '--data', data])
      assert.equal(code, 0)
      assert.match(stdout, /^https:\/\/localhost:\d+\/open\/[\w-]{43}\n$/)
      assert.equal(stderr !== '', !isServed)
    })
  })
}

test('says where an enrollment stopped and why, with the time of each step [mission A4]', async () => {
  await using directory = await temporaryDirectory()
  const data = directory.path
  await using server = await serve(data, { env: { WINDFALL_ENROLLMENT__MINIMUM_IOS: '99' } })
  await addAnna(data)
  assert.equal((await enrollPhone(data, server.url)).code, 1)
  const table = await succeed(['enrollment', 'list', '--data', data])
  const id = /\n(enr_\w+) +refused +os_too_old +– +anna /.exec(table)?.[1] ?? ''
  const text = await succeed(['enrollment', 'show', id, '--data', data])
  assert.match(text, /\n {2}state +refused: os_too_old\n/)
  assert.match(text, /\n[\d:.]{12} +\+[\d.]+ m?s {2}✗ phase2_refused .*\n +reason: os_too_old\n$/)
})

test('watches steps as they come, of all enrollments or of one, until Ctrl-C', async () => {
  await using directory = await temporaryDirectory()
  const data = directory.path
  await using server = await serve(data)
  await addAnna(data)
  await enrollPhone(data, server.url)
  const list = await succeed(['enrollment', 'list', '--data', data, '-o', 'json'])
  const { id } = JSON.parse(list).data[0]
  const watch = ['enrollment', 'watch', '--data', data]
  await using next = start([...watch, '-o', 'ndjson'])
  await using one = start([...watch, id, '--all', '-o', 'json'])
  await using all = start([...watch, '--all'])
  for (const each of [next, one, all]) await each.until('stderr', /Ctrl-C/)
  await enrollPhone(data, server.url)
  await next.until('stdout', /service_certificate_issued.*\n$/)
  await one.until('stdout', /service_certificate_issued.*\n$/)
  await all.until('stdout', /(service_certificate_issued[\s\S]*){2}\n$/)
  for (const each of [next, one, all]) each.signal('SIGINT')
  const results = await Promise.all([next.ended, one.ended, all.ended])
  assert.deepEqual(
    results.map(({ code }) => code),
    [130, 130, 130],
  )
  const [nextLines = '', oneLines = '', allLines = ''] = results.map(({ stdout }) => stdout)
  assert.deepEqual(codesOf(nextLines), STEPS)
  assert.ok(!nextLines.includes(id))
  assert.deepEqual(codesOf(oneLines), STEPS)
  assert.equal(allLines.trimEnd().split('\n').length, 2 * STEPS.length)
})

test('prints the steps that were where no server adds to them', async () => {
  await using directory = await temporaryDirectory()
  const data = directory.path
  await addAnna(data)
  const watch = ['enrollment', 'watch', '--data', data]
  assert.equal((await windfall(watch)).code, 7)
  const all = await windfall([...watch, '--all'])
  assert.deepEqual([all.code, all.stdout], [0, ''])
  assert.match(all.stderr, /^No server runs here/)
})

test('reads nothing from a directory where no windfall keeps data, and makes none', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'absent')
  const { code, stderr } = await windfall(['enrollment', 'list', '--data', data])
  assert.equal(code, 3)
  assert.match(stderr, /hint: .*--data/)
})

test('works on the data where a socket is left over from a server that was killed', async () => {
  await using directory = await temporaryDirectory()
  const data = directory.path
  await using server = await serve(data)
  server.running.signal('SIGKILL')
  assert.equal((await server.running.ended).code, null)
  await addAnna(data)
  assert.match(await succeed(['account', 'list'], { env: { WINDFALL_DATA: data } }), /\nanna /)
})

test('finds the data directory in the configuration file', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'windfall.json')
  await writeFile(config, JSON.stringify({ data: join(directory.path, 'data') }))
  await windfall(['account', 'add', 'anna', '--password-stdin', '--config', config], { input: 'x' })
  const table = await succeed(['account', 'list', '--data', join(directory.path, 'data')])
  assert.match(table, /\nanna /)
})
