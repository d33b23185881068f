import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOSTILE } from '../../test/page/hostile.ts'
import { html } from './html.ts'

test('escapes what would end a text or an attribute in quotes', () => {
  const value = `<b title='x' name="y">&amp;</b>`

  assert.equal(
    html`<p title="${value}">${value}</p>`.toString(),
    '<p title="&lt;b title=&#39;x&#39; name=&quot;y&quot;&gt;&amp;amp;&lt;/b&gt;">' +
      '&lt;b title=&#39;x&#39; name=&quot;y&quot;&gt;&amp;amp;&lt;/b&gt;</p>',
  )
})

test('lets no hostile text open a tag or leave its attribute', () => {
  assert.equal(HOSTILE.length, 60)
  for (const text of HOSTILE) {
    const page = html`<p title="${text}">${[text, html`<i>${text}</i>`]}</p>`.toString()

    assert.deepEqual(page.match(/[<>]/g), ['<', '>', '<', '>', '<', '>', '<', '>'], text)
    assert.equal(page.match(/["']/g)?.length, 2, text)
  }
})

test('puts nested HTML and lists in as they are', () => {
  const items = ['a', html`<b>b</b>`, [1, 2]]

  assert.equal(html`<p>${items}</p>`.toString(), '<p>a<b>b</b>12</p>')
})

test('renders absent values as nothing, and zero as zero', () => {
  assert.equal(html`<p>${undefined}${null}${false}${''}${0}</p>`.toString(), '<p>0</p>')
})
