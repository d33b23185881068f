import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { after, test } from 'node:test'
import { decode, type Element } from '../../src/protocol/asn1/index.ts'
import {
  type Cipher,
  decodeEnvelopedData,
  decodeSignedData,
  encodeCertificatesOnly,
  type Hash,
  openEnvelopedData,
  sealEnvelopedData,
  signData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import { expectDict, formatPlist, getData, parsePlist } from '../../src/protocol/plist/index.ts'
import { configuration, encryptedConfiguration } from '../../src/protocol/profile/index.ts'
import { openRequest, sealFailure, sealSuccess } from '../../src/protocol/scep/index.ts'
import {
  basicConstraints,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  extendedKeyUsage,
  keyUsage,
  STANDARD_KEY_POLICY,
  subjectAltName,
} from '../../src/protocol/x509/index.ts'
import { refusal } from '../codec/damage.ts'
import { algorithmOf, type Holder, makeDecrypter, makeHolder, makeKey } from '../codec/holder.ts'
import { Openssl, skipWithoutOpenssl } from '../codec/openssl.ts'
import { certificateRequest, pkiMessage } from '../codec/pki-message.ts'

const openssl = new Openssl()
after(() => openssl[Symbol.dispose]())
const options = { skip: skipWithoutOpenssl }

const ca = makeHolder({
  key: makeKey('p-256'),
  subject: [[['O', 'ACME Inc.']], [['CN', 'windfall root']]],
  extensions: [basicConstraints({ ca: true, pathLength: 1 }), keyUsage('keyCertSign', 'cRLSign')],
})
const issue = (kind: 'rsa-2048' | 'p-256', serialNumber: number): Holder =>
  makeHolder({
    key: makeKey(kind),
    issuer: ca,
    subject: [[['C', 'DE']], [['O', 'ACME, Inc.']], [['CN', 'Zürich']]],
    serialNumber: Uint8Array.of(0xff, serialNumber),
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature', 'keyEncipherment'),
      extendedKeyUsage('clientAuth', 'serverAuth'),
      subjectAltName(['windfall.example', '192.0.2.1', '2001:db8::1']),
    ],
  })
const rsa = issue('rsa-2048', 1)
const ec = issue('p-256', 2)
const other = issue('rsa-2048', 3)

const write = (name: string, holder: Holder): void => {
  openssl.write(`${name}.der`, holder.certificate.bytes)
  openssl.write(`${name}.pem`, pem('CERTIFICATE', holder.certificate.bytes))
  openssl.write(`${name}.key`, holder.key.export({ type: 'pkcs8', format: 'pem' }))
}
const pem = (label: string, bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
for (const [name, holder] of Object.entries({ ca, rsa, ec, other })) write(name, holder)

const content = Buffer.from('<plist version="1.0"><dict/></plist>\r\n\n'.repeat(300))
openssl.write('content', content)

test(
  'openssl verifies the certificates that we build and prints what the template says',
  options,
  () => {
    for (const name of ['rsa', 'ec']) {
      assert.equal(
        openssl.run(`verify -x509_strict -CAfile ca.pem ${name}.pem`),
        `${name}.pem: OK\n`,
      )
    }
    const text = openssl.run(
      'x509 -in rsa.der -inform DER -noout -subject -issuer -serial -dates -nameopt RFC2253,utf8,-esc_msb -ext basicConstraints,keyUsage,extendedKeyUsage,subjectAltName',
    )
    assert.match(text, /subject=CN=Zürich,O=ACME\\, Inc\.,C=DE/)
    assert.match(text, /issuer=CN=windfall root,O=ACME Inc\./)
    assert.match(text, /serial=FF01/)
    assert.match(text, /notBefore=Jan {2}1 00:00:00 2020 GMT/)
    assert.match(text, /Basic Constraints: critical\s+CA:FALSE/)
    assert.match(text, /Key Usage: critical\s+Digital Signature, Key Encipherment/)
    assert.match(text, /TLS Web Client Authentication, TLS Web Server Authentication/)
    assert.match(
      text,
      /DNS:windfall\.example, IP Address:192\.0\.2\.1, IP Address:2001:DB8:0:0:0:0:0:1/,
    )
  },
)

test('openssl verifies the requests that we build', options, () => {
  for (const { key } of [rsa, ec]) {
    const info = encodeCertificateRequestInfo({
      subject: encodeName([[['CN', 'Anna']]]),
      publicKey: rsa.key === key ? rsa.signer.publicKey : ec.signer.publicKey,
      challengePassword: 'once',
    })
    openssl.write(
      'request.der',
      encodeCertificateRequest(info, algorithmOf(key), sign('sha256', info, key)),
    )
    assert.match(
      openssl.run('req -in request.der -inform DER -noout -text -verify'),
      /challengePassword\s*:once/,
    )
  }
})

for (const [name, identity] of Object.entries({ rsa, ec })) {
  for (const hash of ['sha1', 'sha256'] as const) {
    test(
      `openssl verifies what we sign with ${name} and ${hash}, and gives back the very bytes`,
      options,
      async () => {
        openssl.write(
          'signed.der',
          await signData({ content, identity, hash, signingTime: Date.UTC(2026, 0, 1) }),
        )

        openssl.run(
          'cms -verify -inform DER -in signed.der -CAfile ca.pem -purpose any -binary -out verified',
        )
        assert.deepEqual(openssl.read('verified'), content)
      },
    )
  }
}

test(
  'openssl refuses what we sign once a byte of it is changed [security C2]',
  options,
  async () => {
    const signed = Buffer.from(await signData({ content, identity: rsa, hash: 'sha256' }))
    const at = signed.indexOf('<dict/>')
    signed[at + 1] = 0x44
    openssl.write('changed.der', signed)

    assert.ok(
      !openssl.succeeds(
        'cms -verify -inform DER -in changed.der -CAfile ca.pem -purpose any -binary -out verified',
      ),
    )
  },
)

const CIPHERS: readonly (readonly [Cipher, option: string])[] = [
  ['aes-128-cbc', '-aes128'],
  ['aes-192-cbc', '-aes192'],
  ['aes-256-cbc', '-aes256'],
  ['des-ede3-cbc', '-des3'],
  ['des-cbc', '-des -provider legacy -provider default'],
]

const open = (bytes: Uint8Array, holder = rsa): Buffer =>
  Buffer.from(
    openEnvelopedData(decodeEnvelopedData(bytes), {
      certificate: holder.certificate,
      decrypter: makeDecrypter(holder.key),
    }),
  )

for (const [cipher, option] of CIPHERS) {
  test(`openssl opens what we seal with ${cipher}, and we open what it seals`, options, () => {
    openssl.write('sealed.der', sealEnvelopedData(content, { recipient: rsa.certificate, cipher }))
    const providers = cipher === 'des-cbc' ? ' -provider legacy -provider default' : ''
    openssl.run(
      `cms -decrypt -inform DER -in sealed.der -recip rsa.pem -inkey rsa.key -binary -out opened${providers}`,
    )
    assert.deepEqual(openssl.read('opened'), content)

    openssl.run(
      `cms -encrypt -outform DER -in content -binary -out sealed.der ${option} -recip rsa.pem`,
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

/** What openssl signs, and how we judge it: the hash, or the code of the refusal. */
const SIGNATURES: readonly (readonly [what: string, options: string, outcome: Hash | string])[] = [
  ['with SHA-256', '-signer rsa.pem -inkey rsa.key -md sha256', 'sha256'],
  ['with SHA-1', '-signer rsa.pem -inkey rsa.key -md sha1', 'sha1'],
  ['with SHA-512', '-signer rsa.pem -inkey rsa.key -md sha512', 'sha512'],
  ['without signed attributes', '-signer rsa.pem -inkey rsa.key -noattr', 'sha256'],
  [
    'with SHA-1 and without signed attributes',
    '-signer rsa.pem -inkey rsa.key -noattr -md sha1',
    'sha1',
  ],
  ['with a key identifier', '-signer rsa.pem -inkey rsa.key -keyid', 'sha256'],
  ['in indefinite lengths', '-signer rsa.pem -inkey rsa.key -stream', 'sha256'],
  [
    'in indefinite lengths without signed attributes',
    '-signer rsa.pem -inkey rsa.key -stream -noattr',
    'sha256',
  ],
  ['with an EC key', '-signer ec.pem -inkey ec.key', 'sha256'],
  [
    'with an EC key and without signed attributes',
    '-signer ec.pem -inkey ec.key -noattr',
    'sha256',
  ],
  ['with an EC key and SHA-384', '-signer ec.pem -inkey ec.key -md sha384', 'sha384'],
  ['with RSASSA-PSS', '-signer rsa.pem -inkey rsa.key -keyopt rsa_padding_mode:pss', 'sha256'],
  [
    'with other certificates beside it',
    '-signer rsa.pem -inkey rsa.key -certfile ca.pem',
    'sha256',
  ],
  [
    'with other content, named in an attribute',
    '-signer rsa.pem -inkey rsa.key -econtent_type 1.2.3.4',
    'sha256',
  ],
  ['with MD5', '-signer rsa.pem -inkey rsa.key -md md5', 'cms_algorithm'],
  ['without its certificate', '-signer rsa.pem -inkey rsa.key -nocerts', 'cms_signer_certificate'],
  [
    'with two signers',
    '-signer rsa.pem -inkey rsa.key -signer ec.pem -inkey ec.key',
    'cms_signer_count',
  ],
]

for (const [what, signOptions, outcome] of SIGNATURES) {
  test(`what openssl signs ${what}: ${outcome}`, options, () => {
    openssl.run(
      `cms -sign -nodetach -binary -outform DER -in content -out signed.der ${signOptions}`,
    )

    const verify = (): string => {
      const verified = verifySignedData(openssl.read('signed.der'), {
        signedAttributes: 'optional',
        hashes: ['sha1', 'sha256', 'sha384', 'sha512'],
      })
      assert.deepEqual(Buffer.from(verified.content), content)
      return verified.hash
    }
    let hash: string | undefined
    const code = refusal(() => {
      hash = verify()
    })
    assert.equal(code ?? hash, outcome)
  })
}

test('what openssl signs detached has nothing for us to verify', options, () => {
  openssl.run(
    'cms -sign -binary -outform DER -in content -out signed.der -signer rsa.pem -inkey rsa.key',
  )

  assert.equal(
    refusal(() =>
      verifySignedData(openssl.read('signed.der'), {
        signedAttributes: 'optional',
        hashes: ['sha256'],
      }),
    ),
    'cms_no_content',
  )
})

test('openssl prints the certificates that we send alone, in our order', options, () => {
  openssl.write(
    'certificates.der',
    encodeCertificatesOnly([rsa, ca].map(({ certificate }) => certificate.bytes)),
  )

  const text = openssl.run('pkcs7 -inform DER -in certificates.der -print_certs -noout')
  assert.match(text, /subject=.*ich[\s\S]*subject=O = ACME Inc\., CN = windfall root/)
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

test('openssl parses all that we write as DER', options, async () => {
  const messages = [
    await signData({ content, identity: rsa, hash: 'sha256' }),
    sealEnvelopedData(content, { recipient: rsa.certificate, cipher: 'aes-256-cbc' }),
    encodeCertificatesOnly([ca.certificate.bytes]),
  ]
  const count = (element: Element): number =>
    1 + (element.constructed ? element.children.reduce((sum, child) => sum + count(child), 0) : 0)
  for (const bytes of messages) {
    openssl.write('message.der', bytes)
    const lines = openssl.run('asn1parse -inform DER -in message.der').match(/^ *\d+:d=/gm)
    assert.equal(lines?.length, count(decode(bytes, 'der')))
  }
  assert.equal(decodeSignedData(messages[2] ?? content).certificates.length, 1)
})
