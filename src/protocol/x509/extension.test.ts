import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { refusal } from '../../../test/codec/damage.ts'
import { makeHolder, makeKey } from '../../../test/codec/holder.ts'
import { decode, der } from '../asn1/index.ts'
import {
  decodeExtensions,
  encodeExtension,
  findBasicConstraints,
  findExtendedKeyUsage,
} from './extension.ts'
import {
  allowsKeyUsage,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from './index.ts'

const key = makeKey('p-256')
const withExtensions = (...extensions: Extension[]): ReadonlyMap<string, Extension> =>
  new Map(extensions.map((extension) => [extension.oid, extension]))
const subjectAltNameOf = (...hosts: string[]): string | undefined => {
  const { certificate } = makeHolder({ key, extensions: [subjectAltName(hosts)] })
  return new X509Certificate(certificate.bytes).subjectAltName
}

test('tells host names and IP addresses apart', () => {
  assert.equal(
    subjectAltNameOf('windfall.example', '192.0.2.1', '2001:db8::1', '::', '::1', 'fe80::'),
    'DNS:windfall.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, ' +
      'IP Address:0:0:0:0:0:0:0:0, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:0:0',
  )
  assert.equal(subjectAltNameOf('1:2:3:4:5:6:7:8'), 'IP Address:1:2:3:4:5:6:7:8')
})

test('writes an IPv6 address whose last part is dotted', () => {
  assert.equal(subjectAltNameOf('::ffff:192.0.2.1'), 'IP Address:0:0:0:0:0:FFFF:C000:201')
})

test('allows a key usage where the extension names it or is absent', () => {
  const signing = withExtensions(keyUsage('digitalSignature'))

  assert.ok(allowsKeyUsage(signing, 'digitalSignature'))
  assert.ok(!allowsKeyUsage(signing, 'keyCertSign'))
  assert.ok(!allowsKeyUsage(signing, 'keyEncipherment'))
  assert.ok(allowsKeyUsage(new Map(), 'keyCertSign'))
})

test('reads BasicConstraints, absent values included', () => {
  const read = (extension: Extension): unknown => findBasicConstraints(withExtensions(extension))

  assert.equal(findBasicConstraints(new Map()), undefined)
  assert.deepEqual(read(basicConstraints({ ca: false })), { ca: false, pathLength: undefined })
  assert.deepEqual(read(basicConstraints({ ca: true })), { ca: true, pathLength: undefined })
  assert.deepEqual(read(basicConstraints({ ca: true, pathLength: 0 })), { ca: true, pathLength: 0 })
})

test('reads ExtendedKeyUsage', () => {
  const extensions = withExtensions(extendedKeyUsage('serverAuth', 'clientAuth'))

  assert.deepEqual(findExtendedKeyUsage(extensions), ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  assert.equal(findExtendedKeyUsage(new Map()), undefined)
})

test('refuses an extension whose value is not what its OID says [security C8]', () => {
  const broken = (extension: Extension, value: Uint8Array): ReadonlyMap<string, Extension> =>
    withExtensions({ ...extension, value })

  for (const value of [
    new Uint8Array(),
    der.nothing,
    der.sequence(der.nothing),
    Uint8Array.of(0x30, 0x80),
  ]) {
    assert.match(
      refusal(() => findBasicConstraints(broken(basicConstraints({ ca: true }), value))) ?? '',
      /^asn1_/,
    )
    assert.match(
      refusal(() => allowsKeyUsage(broken(keyUsage(), value), 'keyCertSign')) ?? '',
      /^asn1_/,
    )
    assert.match(
      refusal(() => findExtendedKeyUsage(broken(extendedKeyUsage(), value))) ?? '',
      /^asn1_/,
    )
  }
})

test('refuses an extension that comes twice, also with the same value [security C10]', () => {
  const one = encodeExtension(basicConstraints({ ca: true }))
  const list = decode(der.sequence(one, one), 'der')

  assert.equal(
    refusal(() => decodeExtensions(list)),
    'x509_extension',
  )
})
