import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite } from 'node:test'
import { testOnDialects } from '../../../test/dialect.ts'
import { MasterKey } from '../../keys/index.ts'
import { systemClock } from '../../model/index.ts'
import { certificateFingerprint, findPathFault } from '../../protocol/x509/index.ts'
import type { Db } from '../../store/index.ts'
import { type AuthoritySettings, openAuthority } from './authority.ts'

const SETTINGS: AuthoritySettings = {
  organization: 'Example',
  keyType: 'p-256',
  ra: true,
  signerKeyType: 'p-256',
}

const opener = (db: Db) => {
  const shared = { db, masterKey: new MasterKey(randomBytes(32)), clock: systemClock }
  return (settings: Partial<AuthoritySettings> = {}) =>
    openAuthority({ ...shared, settings: { ...SETTINGS, ...settings } })
}

suite('the authority', () => {
  testOnDialects('keeps its keys from one start to the next', async (db) => {
    const open = opener(db)
    const before = await open()
    const after = await open()
    const fingerprints = ({ announced, profileSigner }: typeof before) =>
      [...announced, profileSigner.certificate].map(({ bytes }) => certificateFingerprint(bytes))
    assert.deepEqual(fingerprints(after), fingerprints(before))
  })

  testOnDialects('certifies the RA anew when the issuing CA has another key', async (db) => {
    const open = opener(db)
    const before = await open()
    const { announced, issuing, root } = await open({ keyType: 'rsa-2048' })
    const [ra] = announced
    assert.ok(ra)
    assert.equal(findPathFault(ra, issuing.certificate, { hashes: ['sha256'] }), undefined)
    assert.notEqual(issuing.id, before.issuing.id)
    assert.equal(certificateFingerprint(root.bytes), certificateFingerprint(before.root.bytes))
  })
})
