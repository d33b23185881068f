import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

const PASSWORD = 'a password of twelve and more\n'
const STDIN = '--password-stdin'

test('keeps operators where no server runs, and tells by the exit code what was wrong', async () => {
  await using directory = await temporaryDirectory()
  const at = ['--data', join(directory.path, 'data')]
  const operator = (...args: readonly string[]) => ['operator', ...args, ...at]
  const added = await succeed(operator('add', 'Olga', '--role', 'owner', STDIN), {
    input: PASSWORD,
  })
  assert.match(added, /^NAME .*\nOlga +owner +– +\S+ \S+ +– +–\n$/)
  await succeed(operator('add', 'hugo', '--role', 'helpdesk', STDIN), { input: PASSWORD })
  await succeed(operator('set-role', 'hugo', 'auditor'))
  await succeed(operator('set-password', 'hugo', STDIN), { input: 'another password\n' })
  await succeed(operator('disable', 'hugo'))
  assert.match(
    await succeed(operator('list')),
    /^NAME .*\nOlga +owner .*\nhugo +auditor +– +\S+ \S+ +– +\S+ \S+\n$/,
  )
  const cases: readonly (readonly [number, string, readonly string[], string?])[] = [
    [2, 'owner, administrator', operator('add', 'x', '--role', 'god', STDIN), PASSWORD],
    [5, 'last_owner', operator('disable', 'olga')],
    [5, 'already_set_up', operator('setup-link')],
    [2, 'owner, administrator', operator('set-role', 'hugo', 'god')],
  ]
  for (const [code, text, args, input = ''] of cases) {
    const result = await windfall(args, { input })
    assert.deepEqual([result.code, result.stdout], [code, ''], args.join(' '))
    assert.ok(result.stderr.includes(text), result.stderr)
  }
})

test('links operators to identities, with and without a password', async () => {
  await using directory = await temporaryDirectory()
  const at = ['--data', join(directory.path, 'data')]
  const operator = (...args: readonly string[]) => ['operator', ...args, ...at]
  const issuer = ['--issuer', 'https://login.example.com']
  const ada = await succeed(
    operator('add', 'ada', '--role', 'auditor', '--subject', 'sub-of-ada', ...issuer),
  )
  assert.match(ada, /\nada +auditor +sub-of-ada +/)
  await succeed(operator('add', 'olga', '--role', 'owner', STDIN), { input: PASSWORD })
  const taken = await windfall(operator('link', 'olga', 'sub-of-ada', ...issuer))
  assert.equal(taken.code, 5)
  assert.match(taken.stderr, /identity_taken/)
  const json = await succeed(operator('link', 'olga', 'sub-of-olga', ...issuer, '-o', 'json'))
  assert.deepEqual(JSON.parse(json).identity, {
    issuer: 'https://login.example.com',
    subject: 'sub-of-olga',
  })
  assert.match(await succeed(operator('unlink', 'olga')), /\nolga +owner +– +/)
  const nowhere = await windfall(operator('link', 'olga', 'sub-of-olga'))
  assert.equal(nowhere.code, 6)
  assert.match(nowhere.stderr, /oidc\.issuer.*issuer_missing/)
})

test('prints a link for the first operator while there is none, at the start and when asked', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const link = /https:\/\/localhost:\d+\/console\/set-up\/[\w-]{43}\n/
  {
    await using server = await serve(path)
    assert.match(server.printed, new RegExp(`\\n  set-up +${link.source}`))
    const { code, stdout, stderr } = await windfall(['operator', 'setup-link', '--data', path])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, new RegExp(`^${link.source}$`))
    const add = ['operator', 'add', 'olga', '--role', 'owner', STDIN, '--data', path]
    await succeed(add, { input: PASSWORD })
  }
  await using again = await serve(path)
  assert.doesNotMatch(again.printed, /set-up/)
})

test('makes a token, which lets a program in until it is revoked', async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  await using server = await serve(path)
  const at = ['--data', path]
  const made = await windfall([
    ...['token', 'create', 'dashboard', '--scope', 'account.read', 'audit.read'],
    ...['--days', '30', ...at],
  ])
  assert.equal(made.code, 0)
  assert.match(made.stdout, /^windfall_pat_[\w-]{43}\n$/)
  const id = /^(tok_\w+), good until .*not shown again\n$/.exec(made.stderr)?.[1] ?? ''

  const file = join(path, 'dashboard.token')
  await writeFile(file, made.stdout, { mode: 0o600 })
  const remote = ['--url', server.url, '--token-file', file, '--cacert', join(path, 'root.der')]
  await succeed(['account', 'list', ...remote])
  const forbidden = await windfall(['operator', 'list', ...remote])
  assert.equal(forbidden.code, 4)
  assert.match(forbidden.stderr, /needs the permission operator\.read \(permission_missing\)/)

  const list = await succeed(['token', 'list', ...at])
  assert.match(list, /\ntok_\w+ +first token +– +everything +– +–\n/)
  assert.match(list, new RegExp(`\\n${id} +dashboard +– +account\\.read audit\\.read .*\\d\\n$`))
  assert.equal((await windfall(['token', 'revoke', id, ...at])).code, 0)
  assert.equal((await windfall(['account', 'list', ...remote])).code, 4)
  assert.equal((await windfall(['token', 'revoke', id, ...at])).code, 3)
  const wrong = ['token', 'create', 'x', '--scope', 'token.own', '--days', '366', ...at]
  assert.equal((await windfall(wrong)).code, 2)
})
