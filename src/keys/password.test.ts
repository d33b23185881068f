import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, verifyAgainstNothing, verifyPassword } from './password.ts'

test('accepts the password that was hashed and no other', async () => {
  const phc = await hashPassword('correct horse')

  assert.equal(await verifyPassword('correct horse', phc), true)
  for (const other of ['', 'correct hors', 'correct horse ', 'Correct horse', phc]) {
    assert.equal(await verifyPassword(other, phc), false)
  }
})

test('stores argon2id at 19 MiB, two passes, one lane, with a salt of its own each time', async () => {
  const [first, second] = [await hashPassword('same'), await hashPassword('same')]

  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(first.split('$')[4], second.split('$')[4])
  assert.notEqual(first, second)
})

test('verifies a hash of the reference implementation at another cost', async () => {
  const phc =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'

  assert.equal(await verifyPassword('password', phc), true)
  assert.equal(await verifyPassword('passwore', phc), false)
})

test('takes composed and decomposed characters for the same password', async () => {
  const phc = await hashPassword('p\u00e4ssw\u00f6rd')

  assert.equal(await verifyPassword('pa\u0308sswo\u0308rd', phc), true)
  assert.equal(await verifyPassword('password', phc), false)
})

test('takes 1,024 bytes of password and refuses one more', async () => {
  const longest = 'ä'.repeat(512)
  const phc = await hashPassword(longest)

  assert.equal(await verifyPassword(longest, phc), true)
  assert.equal(await verifyPassword(`${longest}a`, phc), false)
  await assert.rejects(hashPassword(`${longest}a`), { kind: 'invalid', code: 'password_too_long' })
})

test('no password is right for an account that does not exist [security W3]', async () => {
  for (const password of ['', 'password', 'x'.repeat(2000)]) {
    assert.equal(await verifyAgainstNothing(password), false)
  }
})

test('a damaged hash is an error, not a wrong password', async () => {
  const phc = await hashPassword('password')
  for (const damaged of ['', phc.slice(0, -1), `${phc}A`, phc.replace('argon2id', 'argon2i')]) {
    await assert.rejects(verifyPassword('password', damaged), Error)
  }
})
