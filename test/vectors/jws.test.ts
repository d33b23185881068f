import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { parseKeySet, verifyJws } from '../../src/client/oidc/signature.ts'
import { readGroups, skipWithout, tally, vector } from './wycheproof.ts'

const FILE = 'json_web_signature_test.json'

const jwk = z.looseObject({ kty: z.string(), alg: z.string().optional() })
const group = z.object({
  public: jwk.optional(),
  private: jwk.optional(),
  tests: z.array(vector({ jws: z.string() })),
})

test('JWS of ID tokens: 401 Wycheproof vectors, 46 valid, 355 invalid, none accepted that is invalid [security W1]', {
  skip: skipWithout(FILE),
}, async () => {
  const groups = readGroups(FILE, group)
  assert.deepEqual(tally(groups), { valid: 46, invalid: 355 })
  const refused: string[] = []
  for (const { public: key, private: secret, tests } of groups) {
    const it = key ?? secret ?? assert.fail()
    const keys = parseKeySet({ keys: [it] })
    for (const { tcId, jws, result } of tests) {
      const accepted = await verifyJws(jws, keys).then(
        () => true,
        () => false,
      )
      if (accepted) assert.equal(result, 'valid', `${tcId}`)
      else if (result === 'valid') refused.push(it.alg ?? '')
    }
  }
  // What a secret signs is not taken; four keys of RFC 7520 name another algorithm than the header does.
  assert.deepEqual(refused.toSorted(), [
    ...Array.from({ length: 2 }, () => 'ES521'),
    ...Array.from({ length: 10 }, () => 'HS256'),
    ...Array.from({ length: 2 }, () => 'PS256'),
  ])
})
