import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { templateNamed } from '../flow.ts'
import { addAnna, enrollPhone, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

const FIELD = `apiVersion: windfall/v1
kind: Flow
metadata:
  name: field
spec:
  certificateDays: 30
  template: { file: field.mobileconfig }
  texts:
    en: { title: Field service }
`

const TEMPLATE = templateNamed('field')

const KIOSK = `apiVersion: windfall/v1
kind: Flow
metadata: { name: kiosk }
spec: { requires: device, account: anna }
`

/** A folder of manifests, and the data of an installation. */
const stage = async (files: Readonly<Record<string, string>>) => {
  await using stack = new AsyncDisposableStack()
  const { path } = stack.use(await temporaryDirectory())
  const [data, folder] = [join(path, 'data'), join(path, 'windfall')]
  await mkdir(join(folder, 'flows'), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await addAnna(data)
  const at = ['--data', data]
  const run = (...args: readonly string[]) => windfall([...args, ...at])
  const owned = stack.move()
  return {
    ...{ path, data, folder, run },
    apply: (...args: readonly string[]) => run('apply', '-f', folder, ...args),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const actionsOf = (stdout: string) =>
  JSON.parse(stdout).data.map(({ name, action }: { name: string; action: string }) => [
    name,
    action,
  ])

test('applies files, says before what it would do, and the second time does nothing', async () => {
  await using place = await stage({
    'flows/all.yaml': `${FIELD}---\n${KIOSK}`,
    'flows/field.mobileconfig': TEMPLATE,
  })
  const { apply, run, folder } = place
  const plan = ['--dry-run', '--exit-code', '-o', 'json']
  const create = [
    ['field', 'create'],
    ['kiosk', 'create'],
  ]
  const first = await apply(...plan)
  assert.deepEqual([first.code, actionsOf(first.stdout)], [10, create])
  assert.match(first.stderr, /the plan has 2 changes/)
  assert.deepEqual(JSON.parse((await run('flow', 'list', '-o', 'json')).stdout).data, [])

  const done = await apply('--reason', 'the first flows', '-o', 'json')
  assert.deepEqual([done.code, actionsOf(done.stdout)], [0, create])
  const again = await apply(...plan)
  const nothing = create.map(([name]) => [name, 'nothing'])
  assert.deepEqual([again.code, actionsOf(again.stdout)], [0, nothing])
  const kept = JSON.parse((await run('flow', 'show', 'field', '-o', 'json')).stdout)
  assert.deepEqual([kept.template, kept.certificateDays], [TEMPLATE, 30])

  await writeFile(join(folder, 'flows/all.yaml'), FIELD.replace('30', '31'))
  const changed = JSON.parse((await apply('--dry-run', '-o', 'json')).stdout).data
  const change = { kind: 'Flow', name: 'field', action: 'change', changed: ['certificateDays'] }
  assert.deepEqual(changed, [change])
  const pruned = await apply('--prune', 'flows', '-o', 'json')
  assert.deepEqual(actionsOf(pruned.stdout), [
    ['field', 'change'],
    ['kiosk', 'delete'],
  ])
  const audit = JSON.parse((await run('audit', 'list', '-o', 'json')).stdout).data
  const lines = audit.filter(({ action }: { action: string }) => action.startsWith('flow.'))
  assert.deepEqual(
    lines.map(({ action, actor, reason, detail }: Record<string, unknown>) => [
      action,
      JSON.stringify(actor).includes('owner'),
      reason,
      detail,
    ]),
    [
      ['flow.remove', true, null, { name: 'kiosk' }],
      ['flow.change', true, null, { name: 'field' }],
      ['flow.create', true, 'the first flows', { name: 'kiosk' }],
      ['flow.create', true, 'the first flows', { name: 'field' }],
    ],
  )
  const line = lines.find(({ action }: { action: string }) => action === 'flow.change')
  assert.deepEqual([line.before, line.after], [{ certificateDays: 30 }, { certificateDays: 31 }])
})

test('names every fault with its line, and then changes nothing', async () => {
  const faulty = `apiVersion: windfall/v1
kind: Flow
metadata: { name: one }
spec:
  require: both
  methods:
    - password
    - telepathy
  accounts:
    group: [x]
---
apiVersion: windfall/v2
kind: Flows
metadata: { name: two }
---
apiVersion: windfall/v1
kind: Flow
metadata: { name: kiosk, labels: {} }
`
  await using place = await stage({
    'good.yaml': KIOSK,
    'faulty.yaml': faulty,
    'faulty.yml': 'a: [b\n',
    'twice.yaml': KIOSK,
    'nowhere.yaml': FIELD.replace('field.mobileconfig', 'nowhere'),
    'ignored.txt': 'not: [yaml',
  })
  const { code, stdout, stderr } = await place.apply()
  assert.deepEqual([code, stdout], [6, ''])
  for (const expected of [
    /faulty\.yaml:5: spec\.require: there is no such key; did you mean requires\?/,
    /faulty\.yaml:8: spec\.methods\.1: /,
    /faulty\.yaml:10: spec\.accounts\.group: there is no such key; did you mean groups\?/,
    /faulty\.yaml:12: apiVersion: must be windfall\/v1/,
    /faulty\.yaml:18: metadata\.labels: there is no such key/,
    /faulty\.yml:\d: /,
    /nowhere\.yaml:7: spec\.template: ENOENT/,
    /twice\.yaml:1: metadata\.name: Flow kiosk is also in .*good\.yaml:1/,
    /8 faults in the files; nothing was changed/,
  ]) {
    assert.match(stderr, expected)
  }
  assert.match((await place.run('flow', 'list')).stdout, /^NAME[^\n]*\n$/)
})

test('what only the server can refuse is refused before anything is changed', async () => {
  await using place = await stage({
    'a.yaml': KIOSK,
    'b.yaml': KIOSK.replace('kiosk', 'bad').replace('anna', 'nobody'),
    'c.yaml': FIELD.replace('{ file: field.mobileconfig }', '"<plist/>"'),
  })
  const { code, stderr } = await place.apply()
  assert.equal(code, 6)
  assert.match(stderr, /b\.yaml:1: Flow bad: .*\(flow_account\)\n/)
  assert.match(stderr, /c\.yaml:1: Flow field: .*\(flow_template\)\n/)
  assert.match((await place.run('flow', 'list')).stdout, /^NAME[^\n]*\n$/)
  const missing = await windfall(['apply', '--data', place.data])
  assert.equal(missing.code, 2)
  const unreadable = await place.run('apply', '-f', join(place.path, 'absent'))
  assert.equal(unreadable.code, 6)
})

test('pulls what it applies: to files, to standard output and back, on a server that runs', async () => {
  await using place = await stage({
    'flows/all.yaml': `${FIELD}---\n${KIOSK}`,
    'flows/field.mobileconfig': TEMPLATE,
  })
  const { apply, run, data, path } = place
  await using server = await serve(data)
  assert.equal((await apply()).code, 0)
  const out = join(path, 'pulled')
  assert.equal((await run('pull', '--out', out)).code, 0)
  const files = (await readdir(join(out, 'flows'))).toSorted()
  assert.deepEqual(files, ['field.mobileconfig', 'field.yaml', 'kiosk.yaml'])
  assert.equal(await readFile(join(out, 'flows/field.mobileconfig'), 'utf8'), TEMPLATE)
  assert.equal((await run('pull', '--out', out)).code, 5)
  assert.equal((await run('pull', '--out', out, '--force')).code, 0)
  const { stdout } = await run('pull')

  for (const name of ['field', 'kiosk']) await succeed(['flow', 'remove', name, '--data', data])
  const restored = await succeed(['apply', '-f', out, '-o', 'json', '--data', data])
  assert.deepEqual(actionsOf(restored).toSorted(), [
    ['field', 'create'],
    ['kiosk', 'create'],
  ])
  const input = { input: stdout }
  const same = await succeed(['apply', '-f', '-', '-o', 'json', '--data', data], input)
  assert.deepEqual(actionsOf(same), [
    ['field', 'nothing'],
    ['kiosk', 'nothing'],
  ])
  const phone = await enrollPhone(data, `${server.url}/e/field`)
  assert.equal(phone.code, 0, phone.stderr)
  await rm(out, { recursive: true })
})

test('applies directories before the flows that name them; their secrets stand elsewhere', async () => {
  const hook = (url: string, secret: string) => `apiVersion: windfall/v1
kind: Directory
metadata: { name: hook }
spec:
  http: { url: ${url} }
  secret: ${secret}
`
  const flow = KIOSK.replace('kiosk', 'staff').replace(
    'requires: device, account: anna',
    'directories: [hook]',
  )
  const [here, there] = ['https://hook.example.com/a', 'https://hook.example.com/b']
  await using place = await stage({
    'a.yaml': flow,
    'b.yaml': hook(here, '{ env: HOOK_SECRET }'),
    secret: 'a secret of the hook\n',
  })
  const { folder, data, run } = place
  const args = ['apply', '-f', folder, '--data', data, '-o', 'json']
  const env = { HOOK_SECRET: 'a secret of the hook' }
  const changesOf = (stdout: string) =>
    JSON.parse(stdout).data.map(({ name, action, changed }: Record<string, unknown>) => [
      ...[name, action, changed],
    ])

  const missing = await windfall(args)
  assert.equal(missing.code, 6)
  assert.match(missing.stderr, /b\.yaml:6: spec\.secret: the environment has no HOOK_SECRET/)
  const plain = join(folder, 'b.yaml')
  await writeFile(plain, hook(here, '"a secret of the hook"'))
  const refused = await windfall(args)
  assert.match(refused.stderr, /b\.yaml:6: spec\.secret: must be \{file: …\} or \{env: …\}/)
  await writeFile(plain, hook(here, '{ env: HOOK_SECRET }'))
  assert.deepEqual(changesOf(await succeed(args, { env })), [
    ['hook', 'create', []],
    ['staff', 'create', []],
  ])
  await writeFile(plain, hook(here, '{ file: secret }'))
  const same = [
    ['hook', 'nothing', []],
    ['staff', 'nothing', []],
  ]
  assert.deepEqual(changesOf(await succeed(args)), same)
  await writeFile(join(folder, 'secret'), 'another secret of it\n')
  await writeFile(plain, hook(there, '{ file: secret }'))
  const plan = await succeed([...args, '--dry-run'])
  assert.deepEqual(changesOf(plan)[0], ['hook', 'change', ['secret', 'settings']])
  assert.deepEqual(changesOf(await succeed(args))[0], ['hook', 'change', ['secret', 'settings']])
  assert.deepEqual(changesOf(await succeed(args)), same)

  const pulled = (await run('pull')).stdout
  assert.match(pulled, /kind: Directory\nmetadata:\n {2}name: hook\nspec:\n {2}http:\n/)
  assert.doesNotMatch(pulled, /secret/)
  const again = await succeed(['apply', '-f', '-', '--data', data, '-o', 'json'], { input: pulled })
  assert.deepEqual(changesOf(again), same)
  await rm(plain)
  const pruned = await succeed([...args, '--prune', 'directories'])
  assert.deepEqual(changesOf(pruned).at(-1), ['hook', 'delete', []])
})

test('a token that may not change flows may not apply them, and may plan only what it may do', async () => {
  await using place = await stage({ 'kiosk.yaml': KIOSK })
  await using server = await serve(place.data)
  const token = async (scope: string) => {
    const args = ['token', 'create', scope, '--scope', scope, '--data', place.data, '-o', 'json']
    const file = join(place.path, scope)
    await writeFile(file, JSON.parse(await succeed(args)).secret)
    return ['--url', server.url, '--token-file', file, '--cacert', join(place.data, 'root.der')]
  }
  const reader = await token('flow.read')
  const refused = await windfall(['apply', '-f', place.folder, ...reader])
  assert.equal(refused.code, 4, refused.stderr)
  assert.equal((await windfall(['flow', 'list', ...reader])).code, 0)
  const writer = await token('flow.write')
  assert.equal((await windfall(['apply', '-f', place.folder, ...writer])).code, 0)
})
