import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore } from './explore.ts'

const SEED = 20_261_121
/** For a machine that has much else to do: by itself a part takes a quarter of a minute. */
const TIMEOUT_MS = 240_000

/** Tests that together read 20,000 inputs of a target, each in `parts` equal parts. */
export const testTarget = (
  target: string,
  { what, ids, parts }: { readonly what: string; readonly ids: string; readonly parts: number },
): void => {
  const count = 20_000 / parts
  for (let part = 0; part < parts; part++) {
    const from = part * count
    const range = parts === 1 ? '20,000' : `${from} to ${from + count - 1} of 20,000`
    test(`${range} mutated ${what} [${ids}]`, { timeout: TIMEOUT_MS }, async () => {
      const { inputs, findings, accepted, refused } = await explore({
        target,
        seed: SEED,
        from,
        count,
      })
      assert.deepEqual(findings, [])
      assert(inputs >= count && accepted > count / 100 && refused > count / 2)
    })
  }
}
