import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadMasterKey } from './master-key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'windfall-keys-'))
after(() => rmSync(folder, { recursive: true }))

const NOBODY = 65_534

const place = { table: 'a', row: 'b', column: 'c' }

test('makes an absent file once, of mode 0600, and reads it ever after [security W14]', () => {
  const file = join(folder, 'created')
  const made = loadMasterKey(file, { create: true })
  const sealed = made.seal(Buffer.from('secret'), place)

  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(file).size, 32)
  assert.deepEqual(readdirSync(folder), ['created'])
  for (const options of [{ create: true }, { create: false }]) {
    const opened = loadMasterKey(file, options).open(sealed, place)
    assert.equal(Buffer.from(opened).toString(), 'secret')
  }
})

test('does not make a file unless asked to', () => {
  const file = join(folder, 'absent')

  assert.throws(() => loadMasterKey(file), { kind: 'invalid', code: 'master_key_absent' })
  assert.equal(readdirSync(folder).includes('absent'), false)
})

test('refuses a file that its group or the world has any right to [security W14]', () => {
  const file = join(folder, 'open')
  writeFileSync(file, randomBytes(32))
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666]) {
    chmodSync(file, mode)
    assert.throws(() => loadMasterKey(file, { create: true }), {
      kind: 'invalid',
      code: 'master_key_permissions',
    })
  }
  chmodSync(file, 0o400)
  loadMasterKey(file)
})

test('refuses a file that does not hold 32 bytes and leaves it as it is', () => {
  const file = join(folder, 'short')
  writeFileSync(file, randomBytes(31), { mode: 0o600 })

  assert.throws(() => loadMasterKey(file, { create: true }), { code: 'master_key_malformed' })
  assert.equal(statSync(file).size, 31)
})

const skip = process.getuid?.() !== 0 && 'only root can hand a file to another user'

test('takes a file that root lets its group read, as credentials and secrets come', {
  skip,
}, () => {
  const file = join(folder, 'handed-out')
  writeFileSync(file, randomBytes(32))
  chownSync(file, 0, NOBODY)
  chmodSync(folder, 0o711)
  const loadAsNobody = () => {
    process.setegid?.(NOBODY)
    process.seteuid?.(NOBODY)
    try {
      loadMasterKey(file)
    } finally {
      process.seteuid?.(0)
      process.setegid?.(0)
    }
  }
  chmodSync(file, 0o440)
  loadAsNobody()
  for (const mode of [0o444, 0o460, 0o450]) {
    chmodSync(file, mode)
    assert.throws(loadAsNobody, { code: 'master_key_permissions' })
  }
  chmodSync(file, 0o440)
  assert.throws(() => loadMasterKey(file), { code: 'master_key_permissions' })
})
