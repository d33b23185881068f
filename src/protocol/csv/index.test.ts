import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCsvHeader, formatCsvRecord, formatCsvRecords } from './index.ts'

test('quotes what would end a field or a record, and doubles quotes', () => {
  assert.equal(
    formatCsvRecord(['a', 'b,c', 'say "x"', 'two\r\nlines', ' edge', null, true, -5]),
    'a,"b,c","say ""x""","two\r\nlines"," edge",,true,-5\r\n',
  )
})

test('makes no formula of what others have chosen', () => {
  const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '＋1', '－1', '＠1']
  for (const text of texts) {
    const field = formatCsvRecord([text])
      .slice(0, -2)
      .replace(/^"(.*)"$/s, '$1')
    assert.ok(field.startsWith("'"), JSON.stringify(text))
    assert.equal(field.slice(1), text)
  }
  assert.equal(formatCsvRecord(['a=1', '1-2', "'x"]), "a=1,1-2,'x\r\n")
})

test('writes the names of the columns, and a record for each item', () => {
  const columns = {
    name: ({ name }: { name: string; count: number }) => name,
    count: ({ count }: { name: string; count: number }) => count,
  }
  assert.equal(formatCsvHeader(columns), 'name,count\r\n')
  assert.equal(formatCsvRecords(columns, [{ name: 'a,b', count: 2 }]), '"a,b",2\r\n')
  assert.equal(formatCsvRecords(columns, []), '')
})
