import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { templateNamed } from '../flow.ts'
import { addAnna, enrollPhone, serve, succeed, temporaryDirectory, windfall } from './windfall.ts'

test('makes, shows, changes and removes flows, with and without a server', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const template = join(directory.path, 'field.mobileconfig')
  const text = templateNamed('field')
  await writeFile(template, text)
  await addAnna(data)
  const flow = (...args: readonly string[]) => windfall(['flow', ...args, '--data', data])
  const shown = async () => JSON.parse((await flow('show', 'field', '-o', 'json')).stdout)

  const choices = ['--minimum', 'ios=17.4', '--group', 'Sales', '--attribute', 'team=x']
  const made = await flow('create', 'field', ...choices, '--template', template, '--legacy')
  assert.equal(made.code, 0, made.stderr)
  const { minimumVersions, accounts, template: kept, allowLegacy, requires } = await shown()
  assert.deepEqual(
    { minimumVersions, accounts, kept, allowLegacy, requires },
    {
      minimumVersions: { ios: '17.4' },
      accounts: { groups: ['Sales'], attributes: { team: 'x' } },
      ...{ kept: text, allowLegacy: true, requires: 'person' },
    },
  )

  await using server = await serve(data)
  assert.equal((await flow('create', 'field')).code, 5)
  assert.equal((await flow('create', 'No Name')).code, 6)
  assert.equal((await flow('create', 'kiosk', '--requires', 'device')).code, 6)
  assert.equal((await flow('change', 'nothing', '--disable')).code, 3)
  assert.equal((await flow('create', 'x', '--requires', 'magic')).code, 2)
  const refused = await enrollPhone(data, `${server.url}/e/field`)
  assert.notEqual(refused.code, 0)
  const change = ['--everybody', '--minimum', 'ios=12', '--no-legacy', '--no-template']
  assert.equal((await flow('change', 'field', ...change, '--certificate-days', '9')).code, 0)
  const after = await shown()
  assert.deepEqual([after.template, after.allowLegacy, after.certificateDays], [null, false, 9])
  const phone = await enrollPhone(data, `${server.url}/e/field`)
  assert.equal(phone.code, 0, phone.stderr)
  const listed = await succeed(['enrollment', 'list', '--flow', 'field', '--data', data])
  assert.match(listed, /configured/)
  assert.equal((await flow('remove', 'field', '--reason', 'no longer needed')).code, 0)
  assert.equal((await flow('show', 'field')).code, 3)
})

test('takes a list of devices over, and shows it', async () => {
  await using directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const file = join(directory.path, 'devices.csv')
  await addAnna(data)
  const flow = (...args: readonly string[]) => windfall(['flow', ...args, '--data', data])
  const made = await flow('create', 'field', '--requires', 'both')
  assert.match(made.stderr, /No device is on its list/)
  const listed = async () =>
    JSON.parse((await flow('devices', 'list', 'field', '-o', 'json')).stdout).data

  await writeFile(file, '# phones\nowner;serial number\nanna;F2LXK0ABCD\n;C39XYZ\n')
  assert.equal((await flow('devices', 'import', 'field', file, '--dry-run')).code, 0)
  assert.deepEqual(await listed(), [])
  assert.equal((await flow('devices', 'import', 'field', file)).code, 0)
  const both = [
    { device: 'C39XYZ', owner: null },
    { device: 'F2LXK0ABCD', owner: 'anna' },
  ]
  assert.deepEqual(await listed(), both)
  await writeFile(file, 'f2lxk0abcd,ben\nNEW1,\n')
  assert.equal((await flow('devices', 'import', 'field', file)).code, 0)
  assert.deepEqual(
    (await listed()).map(({ owner }: { owner: string }) => owner),
    [null, 'ben', null],
  )
  await writeFile(file, 'device,owner\nNEW2,anna\n')
  assert.equal((await flow('devices', 'import', 'field', file, '--replace')).code, 0)
  assert.deepEqual(await listed(), [{ device: 'NEW2', owner: 'anna' }])
  const person = await succeed(['account', 'export', 'anna', '--data', data])
  assert.deepEqual(JSON.parse(person).listedDevices, [{ flow: 'field', device: 'NEW2' }])
  await succeed(['account', 'erase', 'anna', '--yes', '--data', data])
  assert.deepEqual(await listed(), [])

  for (const text of ['two words,anna\n', 'A,x\na,y\n', 'serial,owner\n,anna\n']) {
    await writeFile(file, text)
    const { code, stderr } = await flow('devices', 'import', 'field', file)
    assert.deepEqual([code, /row \d/.test(stderr)], [6, true])
  }
  assert.equal((await flow('devices', 'remove', 'field', 'absent')).code, 3)
  await flow('create', 'person')
  await writeFile(file, 'A,\n')
  assert.equal((await flow('devices', 'import', 'person', file)).code, 5)
})
