import assert from 'node:assert/strict'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  encodeCertificatesOnly,
  openEnvelopedData,
  sealEnvelopedData,
  signData,
} from '../../src/protocol/cms/index.ts'
import { expectDict, formatPlist, getData, parsePlist } from '../../src/protocol/plist/index.ts'
import { configuration, encryptedConfiguration } from '../../src/protocol/profile/index.ts'
import { openRequest, sealFailure, sealSuccess } from '../../src/protocol/scep/index.ts'
import { STANDARD_KEY_POLICY } from '../../src/protocol/x509/index.ts'
import { makeDecrypter } from '../codec/holder.ts'
import { certificateRequest, pkiMessage } from '../codec/pki-message.ts'
import { content, ec, openssl, options, other, rsa } from './holders.ts'

const CIPHERS: readonly (readonly [Cipher, option: string])[] = [
  ['aes-128-cbc', '-aes128'],
  ['aes-192-cbc', '-aes192'],
  ['aes-256-cbc', '-aes256'],
  ['des-ede3-cbc', '-des3'],
  ['des-cbc', '-des'],
]

const LEGACY = ' -provider legacy -provider default'
const hasLegacy = openssl.succeeds(`list -providers${LEGACY}`)

const open = (bytes: Uint8Array, holder = rsa): Buffer =>
  Buffer.from(
    openEnvelopedData(decodeEnvelopedData(bytes), {
      certificate: holder.certificate,
      decrypter: makeDecrypter(holder.key),
    }),
  )

for (const [cipher, option] of CIPHERS) {
  const isLegacy = cipher === 'des-cbc'
  const skip = isLegacy && !hasLegacy ? 'openssl has no legacy provider' : options.skip
  test(`openssl opens what we seal with ${cipher}, and we open what it seals`, { skip }, () => {
    const providers = isLegacy ? LEGACY : ''
    openssl.write('sealed.der', sealEnvelopedData(content, { recipient: rsa.certificate, cipher }))
    openssl.run(
      `cms -decrypt -inform DER -in sealed.der -recip rsa.pem -inkey rsa.key -binary -out opened${providers}`,
    )
    assert.deepEqual(openssl.read('opened'), content)

    openssl.run(
      `cms -encrypt -outform DER -in content -binary -out sealed.der ${option} -recip rsa.pem${providers}`,
    )
    assert.deepEqual(open(openssl.read('sealed.der')), content)
    assert.equal(decodeEnvelopedData(openssl.read('sealed.der')).cipher, cipher)
  })
}

const ENVELOPES: readonly (readonly [what: string, options: string])[] = [
  ['in indefinite lengths', '-aes256 -stream -recip rsa.pem'],
  ['to a key identifier', '-aes128 -keyid -recip rsa.pem'],
  ['under OAEP', '-aes128 -recip rsa.pem -keyopt rsa_padding_mode:oaep'],
  [
    'under OAEP with SHA-256',
    '-aes128 -recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256',
  ],
  ['to several recipients', '-aes128 -recip other.pem -recip rsa.pem'],
  ['to an EC key as well', '-aes128 -recip ec.pem -recip rsa.pem'],
]

for (const [what, encryptOptions] of ENVELOPES) {
  test(`we open what openssl seals ${what}`, options, () => {
    openssl.run(`cms -encrypt -outform DER -in content -binary -out sealed.der ${encryptOptions}`)

    assert.deepEqual(open(openssl.read('sealed.der')), content)
  })
}

test('only the key that it was sealed to opens an envelope [mission P3.4]', options, () => {
  openssl.write(
    'sealed.der',
    sealEnvelopedData(content, { recipient: rsa.certificate, cipher: 'aes-256-cbc' }),
  )
  const decrypt = (name: string): string =>
    `cms -decrypt -inform DER -in sealed.der -recip ${name}.pem -inkey ${name}.key -binary -out opened`

  assert.ok(openssl.succeeds(decrypt('rsa')))
  assert.ok(!openssl.succeeds(decrypt('other')))
})

test(
  'openssl reads both answers of SCEP: verifies, shows the attributes, opens the certificate inside',
  options,
  async () => {
    const request = pkiMessage(
      sealEnvelopedData(certificateRequest(ec), {
        recipient: rsa.certificate,
        cipher: 'aes-128-cbc',
      }),
      other,
    )
    const opened = openRequest(request, {
      recipient: { certificate: rsa.certificate, decrypter: makeDecrypter(rsa.key) },
      keyPolicy: STANDARD_KEY_POLICY,
      allowSingleDes: false,
    })
    assert.ok(opened.kind === 'request')
    const reply = { identity: rsa, transaction: opened.transaction, hash: 'sha256' } as const
    const verify = 'cms -verify -inform DER -in reply.der -CAfile ca.pem -purpose any -binary'

    openssl.write(
      'reply.der',
      await sealSuccess({
        ...reply,
        certificate: ec.certificate.bytes,
        recipient: opened.signer,
        cipher: opened.cipher,
      }),
    )
    openssl.run(`${verify} -out envelope.der`)
    openssl.run(
      'cms -decrypt -inform DER -in envelope.der -recip other.pem -inkey other.key -binary -out inner.der',
    )
    assert.deepEqual(
      openssl.read('inner.der'),
      Buffer.from(encodeCertificatesOnly([ec.certificate.bytes])),
    )
    const success = openssl.run('cms -cmsout -print -inform DER -in reply.der')
    assert.match(success, /signatureAlgorithm:\s+algorithm: rsaEncryption/)
    assert.match(success, /2\.16\.840\.1\.113733\.1\.9\.3\)?\s+set:\s+PRINTABLESTRING:0/)
    assert.match(success, /2\.16\.840\.1\.113733\.1\.9\.2\)?\s+set:\s+PRINTABLESTRING:3/)
    assert.match(success, /2\.16\.840\.1\.113733\.1\.9\.7\)?\s+set:\s+PRINTABLESTRING:ABC/)

    openssl.write('reply.der', await sealFailure({ ...reply, failInfo: 'badRequest', text: 'no' }))
    const failure = openssl.run('cms -cmsout -print -inform DER -in reply.der')
    assert.match(failure, /eContent: <ABSENT>/)
    openssl.write('nothing', '')
    openssl.run(`${verify} -content nothing -out verified`)
  },
)

test(
  'the functions of PKCS #7 with which sscep reads answers verify and open ours',
  options,
  async () => {
    const reply = await sealSuccess({
      identity: rsa,
      transaction: { id: 'A', encodedId: der.printableString('A'), senderNonce: Buffer.alloc(16) },
      hash: 'sha256',
      certificate: ec.certificate.bytes,
      recipient: other.certificate,
      cipher: 'aes-128-cbc',
    })
    openssl.write('reply.der', reply)

    // `-nointern -certfile`: with the certificate that was given beforehand and no other.
    openssl.run(
      'smime -verify -inform DER -in reply.der -nointern -certfile rsa.pem -noverify -binary -out envelope.der',
    )
    openssl.run(
      'smime -decrypt -inform DER -in envelope.der -recip other.pem -inkey other.key -binary -out bag.der',
    )
    const certificates = openssl.run('pkcs7 -inform DER -in bag.der -print_certs -noout')
    assert.match(certificates, /^subject=[^\n]+\nissuer=[^\n]+\n+$/)
    assert.ok(
      !openssl.succeeds(
        'smime -verify -inform DER -in reply.der -nointern -certfile other.pem -noverify -binary -out envelope.der',
      ),
    )
  },
)

test(
  'a profile sealed to one device and signed: openssl verifies it, and only then opens the payloads [mission P3.3]',
  options,
  async () => {
    const payloads = [new Map([['PayloadType', 'com.apple.webClip.managed']])]
    const profile = configuration({
      identifier: 'example.acme',
      uuid: 'A',
      displayName: 'ACME',
      payloads,
    })
    const inner = formatPlist(payloads)
    const envelope = sealEnvelopedData(inner, {
      recipient: rsa.certificate,
      cipher: 'des-ede3-cbc',
    })
    openssl.write(
      'profile',
      await signData({
        content: formatPlist(encryptedConfiguration(profile, envelope)),
        identity: ec,
        hash: 'sha256',
      }),
    )

    openssl.run(
      'cms -verify -inform DER -in profile -CAfile ca.pem -purpose any -binary -out outer.plist',
    )
    const outer = expectDict(parsePlist(openssl.read('outer.plist')))
    assert.ok(!outer.has('PayloadContent'))
    openssl.write('envelope.der', getData(outer, 'EncryptedPayloadContent') ?? '')
    openssl.run(
      'cms -decrypt -inform DER -in envelope.der -recip rsa.pem -inkey rsa.key -binary -out inner.plist',
    )
    assert.deepEqual(openssl.read('inner.plist'), Buffer.from(inner))
    assert.match(openssl.read('inner.plist').toString(), /<plist version="1.0">\s*<array>/)
  },
)
