import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runHere } from './here.ts'
import { temporaryDirectory } from './windfall.ts'

const PEOPLE = 'name,email,groups\nanna,anna@example.com,"Sales, Berlin"\nbob,,Sales\ncarl,,\n'

test('invites one person, the people of a file and a group, shows, prints and revokes', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const people = join(directory.path, 'people.csv')
  await writeFile(people, PEOPLE)
  const run = (...args: readonly string[]) => runHere([...args, '--data', data])
  const good = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(...args)
    assert.equal(code, 0, stderr)
    return stdout
  }
  const json = async (...args: readonly string[]) => JSON.parse(await good(...args, '-o', 'json'))
  await good('account', 'import', people)

  const one = await json('invitation', 'create', 'anna', '--link', '--expires', '3d', '--uses', '2')
  assert.deepEqual([one.state, one.usesAllowed, one.language], ['sent', 2, 'en'])
  assert.equal(Date.parse(one.expiresAt) - Date.parse(one.createdAt), 3 * 86_400_000)
  const table = await good('invitation', 'show', one.id)
  assert.match(table, /account +anna\n/)
  assert.match(table, /uses +0 of 2\n/)

  const link = (await good('invitation', 'link', one.id)).trim()
  assert.match(link, /^https:\/\/localhost:8443\/i\/[\w-]{22}$/)
  assert.match(await good('invitation', 'qr', one.id), /[█▀▄]{3}/)
  const [svg, poster] = [join(directory.path, 'qr.svg'), join(directory.path, 'poster.html')]
  assert.equal(await good('invitation', 'qr', one.id, '--out', svg), '')
  await good('invitation', 'poster', one.id, '--out', poster)
  assert.match(await readFile(svg, 'utf8'), /^<svg /)
  assert.ok((await readFile(poster, 'utf8')).includes(link))
  assert.equal((await stat(poster)).mode & 0o777, 0o600)

  const many = await json('invitation', 'create', '--csv', people, '--link', '--language', 'ar')
  assert.deepEqual(
    many.data.map(({ name }: { readonly name: string }) => name),
    ['anna', 'bob', 'carl'],
  )
  const group = await json('invitation', 'create', '--group', 'Sales', '--link')
  assert.equal(group.data.length, 2)
  const listed = await json('invitation', 'list', '--batch', 'Sales', '--not-started')
  assert.equal(listed.data.length, 2)
  assert.equal((await json('invitation', 'list', '--account', 'anna')).data.length, 3)

  assert.equal((await json('invitation', 'revoke', one.id, '--reason', 'left')).state, 'revoked')
  assert.equal((await run('invitation', 'resend', one.id)).code, 5)
  assert.equal((await json('invitation', 'resend', listed.data[0].id)).state, 'sent')
  const [line] = (await json('audit', 'list', '--action', 'invitation.revoke')).data
  assert.deepEqual([line.subject, line.reason], [one.id, 'left'])

  const codes: readonly (readonly [code: number, ...args: readonly string[]])[] = [
    [2, 'create', '--link'],
    [2, 'create', 'anna'],
    [2, 'create', 'anna', '--mail', '--link'],
    [2, 'create', 'anna', '--link', '--expires', '0d'],
    [2, 'create', 'anna', '--link', '--language', 'tlh'],
    [2, 'resend'],
    [3, 'create', 'nobody', '--link'],
    [3, 'create', 'anna', '--link', '--flow', 'unknown'],
    [3, 'create', '--group', 'Nobody', '--link'],
    [3, 'show', 'inv_00000000000000000000000000'],
    [5, 'create', 'anna', '--mail'],
    [5, 'create', 'anna', '--sms'],
    [6, 'show', 'anna'],
    [6, 'create', '--csv', join(directory.path, 'none.csv'), '--link'],
  ]
  for (const [code, ...args] of codes) {
    const { code: found, stderr } = await run('invitation', ...args)
    assert.equal(found, code, `${args.join(' ')}: ${stderr}`)
  }
  await writeFile(people, 'name\ncarl\nnobody\n')
  const partly = await run('invitation', 'create', '--csv', people, '--link')
  assert.equal(partly.code, 9)
  assert.match(partly.stderr, /nobody: .*\(account_unknown\)/)
  assert.match(partly.stdout, /carl/)
})
