import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { renderProofPage } from '../proof/page.ts'
import { formatProofPage } from '../proof/record.ts'

test('docs/proof.md shows what the records say', () => {
  const page = readFileSync(new URL('../docs/proof.md', import.meta.url), 'utf8')
  assert.equal(page, renderProofPage(), 'docs/proof.md is to be written by `npm run docs:proof`')
})

test('a mark that is not reached is shown as such', () => {
  const page = formatProofPage([
    {
      title: 'Killed',
      ids: ['proof R1'],
      command: 'npm run proof -- kill --kills 5',
      date: '2026-11-21',
      commit: 'abc1234',
      machine: '2 × A processor',
      rows: [
        { what: 'kills', measured: '5' },
        { what: 'lost', measured: '0', mark: '0', reached: true },
        { what: 'ready again | p100', measured: '2.4 s', mark: '< 2 s', reached: false },
      ],
    },
  ])
  assert.match(page, /^## Killed$/m)
  assert.match(page, /^2026-11-21 · commit abc1234 · 2 × A processor · proof R1$/m)
  assert.match(page, /^\| kills \| 5 \| {2}\| {2}\|$/m)
  assert.match(page, /^\| lost \| 0 \| 0 \| yes \|$/m)
  assert.match(page, /^\| ready again \\\| p100 \| 2\.4 s \| < 2 s \| \*\*no\*\* \|$/m)
})
