import assert from 'node:assert/strict'
import {
  checkPrimeSync,
  constants,
  createPrivateKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  publicDecrypt,
  randomBytes,
} from 'node:crypto'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { verifySignedData } from '../../src/protocol/cms/index.ts'
import {
  decodeCertificate,
  decodeCertificateRequest,
  encodeCertificate,
  encodeName,
  encodeTbsCertificate,
  verifyCertificateRequest,
} from '../../src/protocol/x509/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { makeHolder, makeKey, NOT_AFTER, NOT_BEFORE } from '../codec/holder.ts'
import { postScep, readReply } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { rsaKey } from './keys.ts'
import { finish, identify, openScene, refused } from './scene.ts'

const sound = makeKey('rsa-2048')
const soundSigner = makeHolder({ key: sound })

const rsa = (modulusLength: number, publicExponent = 65537): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true })
const nextPrime = (from: bigint, step = 2n): bigint => {
  let candidate = from
  while (!checkPrimeSync(candidate) || candidate % 65537n === 1n) candidate += step
  return candidate
}

/** A random number of so many bits, the two highest of them set. */
const random = (bits: number): bigint =>
  (3n << BigInt(bits - 2)) + BigInt(`0x${randomBytes(bits / 8 - 1).toString('hex')}`)

/** Two primes next to one another: Fermat's method finds them at once. */
const closePrimes = (): KeyObject => {
  const p = prime(1024)
  return rsaKey(nextPrime(p + 2n), p)
}

/** A modulus of the factor 751. */
const smallFactor = (): KeyObject => rsaKey(nextPrime((random(2048) / 751n) | 1n), 751n)

/** A modulus with 64 zero bits in its upper half. */
const sparse = (): KeyObject => {
  const p = prime(1024)
  const wanted = ((3n << 126n) | 1n) << 1920n
  return rsaKey(nextPrime((wanted / p) | 1n), p)
}

/** Primes as Infineon's library made them: powers of 65537 modulo every small prime (CVE-2017-15361). */
const roca = (): KeyObject => {
  let product = 1n
  for (let candidate = 2; candidate <= 167; candidate++) {
    if (checkPrimeSync(BigInt(candidate))) product *= BigInt(candidate)
  }
  const power = (exponent: number): bigint => {
    let result = 1n
    for (let count = 0; count < exponent; count++) result = (result * 65537n) % product
    return result
  }
  const make = (exponent: number): bigint =>
    nextPrime((random(1024) / product) * product + power(exponent), product)
  return rsaKey(make(1234), make(987))
}

const WEAK: Readonly<Record<string, readonly [code: string, make: () => KeyObject]>> = {
  'RSA-1024': ['key_rsa_size', () => makeKey('rsa-1024')],
  'RSA of 2056 bits': ['key_rsa_size', () => rsa(2056)],
  'RSA-2048 with the exponent 3': ['key_rsa_exponent', () => rsa(2048, 3)],
  'RSA-2048 with an exponent of 2048 bits': [
    'key_rsa_exponent',
    () => createPrivateKey(Buffer.from(readFixture('vectors/badkeys/rsa-large-e.key'))),
  ],
  'RSA-2048 of close primes': ['key_rsa_fermat', closePrimes],
  'RSA-2048 with the factor 751': ['key_rsa_small_factor', smallFactor],
  'RSA-2048 with a run of zeros': ['key_rsa_pattern', sparse],
  'RSA-2048 of ROCA': ['key_rsa_roca', roca],
  'P-521': ['key_ec_curve', () => ec('P-521')],
  secp256k1: ['key_ec_curve', () => ec('secp256k1')],
}

const keys = Object.entries(WEAK).map(([what, [code, make]]) => ({ what, code, key: make() }))

for (const { what, code, key } of keys) {
  test(`a request for ${what} is refused as badAlg, and so is one signed with it: ${code} [security S9]`, async () => {
    await using scene = await openScene()
    const identified = await identify(scene)
    const { challenge } = identified
    const signed = { signer: makeHolder({ key }) }
    const requests = [
      wrapCsr(scene, craftCsr(key, { challenge }), { signer: soundSigner }),
      wrapCsr(scene, craftCsr(sound, { challenge }), signed),
    ]

    for (const request of requests) {
      const { answer, code: reason } = await refused(scene, () => postScep(scene.wire, request))
      assert.deepEqual(readReply({ ...request, signer: soundSigner }, answer), BAD_ALG)
      assert.equal(reason, code === 'key_ec_curve' && request === requests[1] ? 'key_type' : code)
    }
    await finish(scene, identified, sound)
  })
}

const BAD_ALG = { kind: 'failure', failInfo: 'badAlg', text: 'the key is not accepted' }

test('no elliptic curve, not even a good one, gets a certificate that an envelope cannot be sealed to [security S9]', async () => {
  await using scene = await openScene()
  const identified = await identify(scene)
  const { challenge } = identified
  const key = makeKey('p-256')
  const ofKey = wrapCsr(scene, craftCsr(key, { challenge }), { signer: soundSigner })
  const byKey = wrapCsr(scene, craftCsr(sound, { challenge }), { signer: makeHolder({ key }) })

  for (const request of [ofKey, byKey]) {
    const { answer, code } = await refused(scene, () => postScep(scene.wire, request))
    assert.equal(code, 'key_type')
    const reply = readReply({ ...request, signer: soundSigner }, answer)
    assert.equal(reply.kind === 'failure' && reply.failInfo, 'badAlg')
  }
  await finish(scene, identified, sound)
})

/** A public key with the exponent 1: every signature is the padded digest itself, and nobody needs a private key. */
const forgeable = (): Uint8Array => {
  const modulus = randomBytes(256)
  modulus[0] = 0xc5
  modulus[255] = 0x01
  return der.sequence(
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nothing),
    der.bitString(der.sequence(der.unsignedInteger(modulus), der.smallInteger(1))),
  )
}

/** What a sound signature says, as the signature of a key with the exponent 1. */
const forge = (signature: Uint8Array): Uint8Array =>
  publicDecrypt({ key: sound, padding: constants.RSA_NO_PADDING }, signature)

test('a key with the exponent 1, whose signatures anybody can make, signs and gets nothing [security S9 S10]', async () => {
  await using scene = await openScene()
  const identified = await identify(scene)
  const { challenge } = identified
  const publicKey = forgeable()

  const own = craftCsr(sound, { challenge, publicKey })
  const csr = Buffer.concat([own.subarray(0, -256), forge(own.subarray(-256))])
  assert(verifyCertificateRequest(decodeCertificateRequest(csr)), 'the forgery is a good one')

  const name = encodeName([[['CN', 'nobody']]])
  const certificate = decodeCertificate(
    encodeCertificate(
      encodeTbsCertificate({
        serialNumber: Uint8Array.of(1),
        issuer: name,
        subject: name,
        notBefore: NOT_BEFORE,
        notAfter: NOT_AFTER,
        publicKey,
        extensions: [],
        signer: 'rsa',
      }),
      'rsa',
      new Uint8Array(256),
    ),
  )
  const request = wrapCsr(scene, craftCsr(sound, { challenge }), {
    signer: { ...soundSigner, certificate },
  })
  // The signature is the last field of the message.
  const signature = forge(request.bytes.subarray(-256))
  const forged = Buffer.concat([request.bytes.subarray(0, -256), signature])
  const { signer } = verifySignedData(forged, { signedAttributes: 'required', hashes: ['sha256'] })
  assert.deepEqual(signer.bytes, certificate.bytes, 'the forgery is a good one')

  for (const attempt of [
    wrapCsr(scene, csr, { signer: soundSigner }),
    { ...request, bytes: forged },
  ]) {
    const { answer, code } = await refused(scene, () => postScep(scene.wire, attempt))
    assert.equal(code, 'key_rsa_exponent')
    assert.deepEqual(readReply({ ...attempt, signer: soundSigner }, answer), BAD_ALG)
  }
  await finish(scene, identified, sound)
})
