import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { test } from 'node:test'
import { decode, type Element } from '../../src/protocol/asn1/index.ts'
import {
  decodeSignedData,
  encodeCertificatesOnly,
  type Hash,
  sealEnvelopedData,
  signData,
  verifySignedData,
} from '../../src/protocol/cms/index.ts'
import {
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
} from '../../src/protocol/x509/index.ts'
import { refusal } from '../codec/damage.ts'
import { algorithmOf } from '../codec/holder.ts'
import { ca, content, ec, openssl, options, rsa } from './holders.ts'

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
  assert.match(text, /subject=.*ich[\s\S]*subject=O ?= ?ACME Inc\., CN ?= ?windfall root/)
})

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
