import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, isLinearizable, type Specification } from './linearizable.ts'

type Use =
  | 'read'
  | { readonly write: number }
  | { readonly swap: readonly [from: number, to: number] }

const REGISTER: Specification<number, Use> = {
  initial: 0,
  apply: (state, use) => {
    if (use === 'read') return { state, output: String(state) }
    if ('write' in use) return { state: use.write, output: 'done' }
    const [from, to] = use.swap
    return state === from ? { state: to, output: 'yes' } : { state, output: 'no' }
  },
}

const call = (called: number, returned: number, input: Use, output: string): Call<Use> => ({
  input,
  output,
  called,
  returned,
})

const LINEARIZABLE: Readonly<Record<string, readonly Call<Use>[]>> = {
  'nothing at all': [],
  'one after another': [
    call(1, 2, { write: 1 }, 'done'),
    call(3, 4, 'read', '1'),
    call(5, 6, { swap: [1, 2] }, 'yes'),
    call(7, 8, 'read', '2'),
  ],
  'a read beside a write that sees the old value': [
    call(1, 4, { write: 1 }, 'done'),
    call(2, 3, 'read', '0'),
  ],
  'a read beside a write that sees the new value': [
    call(1, 4, { write: 1 }, 'done'),
    call(2, 3, 'read', '1'),
  ],
  'of two exchanges at once one succeeds': [
    call(1, 4, { swap: [0, 1] }, 'no'),
    call(2, 3, { swap: [0, 2] }, 'yes'),
  ],
  'an order that no order of returns or calls has': [
    call(1, 10, { write: 1 }, 'done'),
    call(2, 9, { write: 2 }, 'done'),
    call(3, 8, { swap: [2, 3] }, 'yes'),
    call(4, 5, 'read', '1'),
    call(6, 7, 'read', '2'),
  ],
}

for (const [what, history] of Object.entries(LINEARIZABLE)) {
  test(`accepts ${what}`, () => {
    assert.equal(isLinearizable(history, REGISTER), true)
  })
}

const ANOMALOUS: Readonly<Record<string, readonly Call<Use>[]>> = {
  'a read that misses a finished write': [
    call(1, 2, { write: 1 }, 'done'),
    call(3, 4, 'read', '0'),
  ],
  'a value that nobody wrote': [call(1, 2, 'read', '7')],
  'two exchanges of one value that both succeed': [
    call(1, 4, { swap: [0, 1] }, 'yes'),
    call(2, 3, { swap: [0, 2] }, 'yes'),
  ],
  'two exchanges of one value that both fail': [
    call(1, 4, { swap: [0, 1] }, 'no'),
    call(2, 3, { swap: [0, 2] }, 'no'),
  ],
  'two reads one after the other beside a write, the new value before the old one': [
    call(1, 6, { write: 1 }, 'done'),
    call(2, 3, 'read', '1'),
    call(4, 5, 'read', '0'),
  ],
  'two reads that see two writes in different orders': [
    call(1, 12, { write: 1 }, 'done'),
    call(2, 11, { write: 2 }, 'done'),
    call(3, 4, 'read', '1'),
    call(5, 6, 'read', '2'),
    call(7, 8, 'read', '1'),
  ],
  'an exchange that is lost': [
    call(1, 2, { swap: [0, 1] }, 'yes'),
    call(3, 4, { swap: [0, 1] }, 'yes'),
  ],
}

for (const [what, history] of Object.entries(ANOMALOUS)) {
  test(`refuses ${what}`, () => {
    assert.equal(isLinearizable(history, REGISTER), false)
  })
}

test('finds the one order of 18 exchanges at once', () => {
  const links = Array.from({ length: 18 }, (_, at) => at)
  const history = links.map((at) => call(at, 100 + at, { swap: [17 - at, 18 - at] }, 'yes'))

  assert.equal(isLinearizable(history, REGISTER), true)
  const broken = history.with(3, call(3, 103, { swap: [99, 100] }, 'yes'))
  assert.equal(isLinearizable(broken, REGISTER), false)
})
