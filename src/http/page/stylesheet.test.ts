import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STYLESHEET, STYLESHEET_PATH } from './stylesheet.ts'

test('is addressed by its content', () => {
  assert.match(STYLESHEET_PATH, /^\/assets\/[0-9a-f]{16}\.css$/)
})

test('loads nothing from elsewhere', () => {
  assert.doesNotMatch(STYLESHEET, /url\(|@import|@font-face/)
})

test('defines every token that it uses, and uses every token that it defines', () => {
  const used = new Set([...STYLESHEET.matchAll(/var\((--[a-z-]+)\)/g)].map(([, name]) => name))
  const defined = new Set([...STYLESHEET.matchAll(/(--[a-z-]+):/g)].map(([, name]) => name))

  assert.deepEqual(used, defined)
})

test('gives every colour of the light scheme a counterpart in the dark one', () => {
  const [light = '', dark = ''] = [...STYLESHEET.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, body]) => body,
  )
  const names = (block: string) => [...block.matchAll(/(--[a-z-]+):/g)].map(([, name]) => name)

  assert.deepEqual([...names(dark), '--sans', '--mono'], names(light))
})
