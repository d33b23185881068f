import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePeople } from './account-csv.ts'
import { ExitCode } from './exit.ts'

const read = (text: string) => parsePeople(Buffer.from(text))

test('reads columns in any order and spelling, and what else there is as attributes', () => {
  const people = read(
    'e-mail,Full Name,NAME,department,Password\r\n,Anna Example,anna,Sales,\r\na@x,,bob,,secret\r\n',
  )
  assert.deepEqual(people, [
    {
      line: 2,
      account: {
        ...{ name: 'anna', fullName: 'Anna Example', email: null, password: undefined },
        attributes: { department: 'Sales' },
      },
    },
    {
      line: 3,
      account: {
        ...{ name: 'bob', fullName: null, email: 'a@x', password: 'secret' },
        attributes: { department: null },
      },
    },
  ])
})

test('knows what stands between the cells, quotes, empty lines and the mark of Excel', () => {
  for (const delimiter of [',', ';', '\t']) {
    const rows = [['name', 'room'], [' anna ', '"a, b; c\td"'], [], ['bob', '"""1"""']]
    const [anna, bob] = read(`\ufeff${rows.map((row) => row.join(delimiter)).join('\n')}`)
    assert.deepEqual(anna?.account.attributes, { room: 'a, b; c\td' })
    assert.deepEqual([anna?.account.name, anna?.line], ['anna', 2])
    assert.deepEqual([bob?.account.attributes, bob?.line], [{ room: '"1"' }, 4])
  }
})

test('counts the lines of cells that have several', () => {
  const people = read('name,address\nanna,"1\n2\n3"\nbob,x\n')
  assert.deepEqual(
    people.map(({ line }) => line),
    [2, 5],
  )
  assert.deepEqual(people[0]?.account.attributes, { address: '1\n2\n3' })
})

test('refuses what is no list of people, and says on which line', () => {
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['', /empty/],
    ['full name\nAnna\n', /line 1: there is no column "name"/],
    ['name,email,E-Mail\n', /line 1: the column email is there twice/],
    ['name,room\nanna\n', /^line 2: /],
    ['name,room\nanna,1\nbob,"2\n', /^line 3: /],
    [Uint8Array.of(0x6e, 0x61, 0x6d, 0x65, 0x0a, 0xe4), /not UTF-8/],
  ]
  for (const [text, message] of cases) {
    assert.throws(() => parsePeople(Buffer.from(text)), { exitCode: ExitCode.invalid, message })
  }
})
