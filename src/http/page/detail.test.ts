import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../model/index.ts'
import { renderFields } from './detail.ts'

const render = (value: JsonValue): string => {
  const text = renderFields({ x: value }).toString()
  const frame =
    /^<dl class="fields"><div class="(?:field|group)"><dt>x<\/dt><dd>(.*)<\/dd><\/div><\/dl>$/s.exec(
      text,
    )
  assert.ok(frame)
  return frame[1] ?? ''
}

test('writes scalars in words', () => {
  assert.equal(render('iPhone15,2'), '<bdi>iPhone15,2</bdi>')
  assert.equal(render(5), '5')
  assert.equal(render(true), 'yes')
  assert.equal(render(false), 'no')
  assert.equal(render(null), '<i>none</i>')
})

test('says where a text, list or dictionary is empty', () => {
  for (const value of ['', [], {}]) assert.equal(render(value), '<i>empty</i>')
})

test('nests lists and dictionaries as the message does', () => {
  assert.equal(
    render([{ a: 1 }, 'b']),
    '<ul><li><dl class="fields"><div class="field"><dt>a</dt><dd>1</dd></div></dl></li><li><bdi>b</bdi></li></ul>',
  )
})

test('sets digits, base64 and property lists as code', () => {
  const codes = [
    '9f2c41d07b6ae855',
    '9F:2C:41:D0:7B:6A:E8:55',
    'q2v9Jx0FJ4cT3mVw9Jt8hA==',
    '<plist>\n</plist>\n',
  ]
  for (const text of codes) assert.match(render(text), /^<code>.*<\/code>$/s)
  for (const text of ['22A380', 'ACME mail and Wi-Fi']) assert.match(render(text), /^<bdi>/)
})

test('cuts what is very long and says how much is missing', () => {
  assert.equal(
    render('é '.repeat(301)),
    `<bdi>${'é '.repeat(300)}</bdi> <i>… and 2 more characters</i>`,
  )
  assert.match(render(Array.from({ length: 53 }, () => 0)), /… and 3 more entries/)
})

test('escapes names and values', () => {
  assert.equal(
    renderFields({ '<a>': 'x<b>' }).toString(),
    '<dl class="fields"><div class="field"><dt>&lt;a&gt;</dt><dd><bdi>x&lt;b&gt;</bdi></dd></div></dl>',
  )
})

test('sets a group below its name, and everything else beside it', () => {
  const layout = (value: JsonValue) =>
    /<div class="(field|group)"><dt>x/.exec(renderFields({ x: value }).toString())?.[1]

  for (const value of [{ a: 1 }, ['b', [{ a: 1 }]]]) assert.equal(layout(value), 'group')
  for (const value of ['a', null, {}, [], ['a', ['b']]]) assert.equal(layout(value), 'field')
})
