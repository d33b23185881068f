import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../../test/harness.ts'
import { createDecrypter, createSigner, makeKeyPair } from '../../keys/index.ts'
import { assertKeysUsable } from './usable.ts'

test('a key that signs for another certificate, or opens nothing, is not usable', async () => {
  await using server = await startTestServer()
  const { authority } = server.app.core
  await assertKeysUsable(authority)
  const { privateKey } = await makeKeyPair('rsa-2048')
  const signer = createSigner(privateKey)
  const { issuing, responder, profileSigner } = authority
  const broken = [
    { ...authority, issuing: { ...issuing, signer } },
    { ...authority, profileSigner: { ...profileSigner, signer } },
    { ...authority, responder: { ...responder, signer } },
    { ...authority, responder: { ...responder, decrypter: createDecrypter(privateKey) } },
  ]
  for (const each of broken) {
    await assert.rejects(assertKeysUsable(each), { code: 'key_unusable' })
  }
})
