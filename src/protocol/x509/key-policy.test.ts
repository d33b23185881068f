import assert from 'node:assert/strict'
import { createPublicKey, hkdfSync, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  findKeyFault,
  type KeyFault,
  LEGACY_KEY_POLICY,
  type PublicKeyParts,
  STANDARD_KEY_POLICY,
} from './key-policy.ts'

const badkeys = new URL('../../../test/fixtures/vectors/badkeys/', import.meta.url)

const WEAK_KEYS: Readonly<Record<string, KeyFault>> = {
  'dnssec-rsa-large-e.dnskey': 'key_rsa_exponent',
  'rsa-e-larger-n.key': 'key_rsa_size',
  'rsa-e1.key': 'key_rsa_exponent',
  'rsa-fermat-hexmodulus.txt': 'key_rsa_fermat',
  'rsa-fermat-pkcs1.key': 'key_rsa_fermat',
  'rsa-fermat-pkcs8.key': 'key_rsa_fermat',
  'rsa-fermat.crt': 'key_rsa_fermat',
  'rsa-fermat.csr': 'key_rsa_fermat',
  'rsa-large-e.key': 'key_rsa_exponent',
  'rsa-pattern.key': 'key_rsa_pattern',
  'rsa-roca.key': 'key_rsa_roca',
  'rsa-small-d.key': 'key_rsa_exponent',
  'rsa-smallfactors-corrupt.key': 'key_rsa_small_factor',
  'rsa-vanity.key': 'key_rsa_pattern',
  'rsanzero.key': 'key_rsa_size',
  'rsapoly128.key': 'key_rsa_pattern',
  'rsapoly32.key': 'key_rsa_size',
  'rsazerozero.key': 'key_rsa_size',
}

const SOUND_KEYS = [
  'dnssec-root-rsa.dnskey',
  'jwk-rsa-ok.json',
  'jwk-rsa-rfc7517.json',
  'rsa-ok.key',
]

const UNRECOGNISED_KEYS: Readonly<Record<string, string>> = {
  'rsa-debianweak.key': 'comes from the random generator of CVE-2008-0166, which needs a list',
  'rsa-nprime.key': 'has a prime modulus, which needs a primality test',
  'rsa-sharedprimes.key': 'shares a prime with a key that is not at hand',
  'rsa-smallfactors-valid.key': 'has the factor 31337, above the bound of 752',
}

// Their forms are refused where a key is decoded, before any policy.
const NOT_FOR_THE_POLICY = ['LICENSE', 'ecdsa-explicit-pub.key', 'jwk-curvename-invalid.json']

for (const [file, fault] of Object.entries(WEAK_KEYS)) {
  test(`refuses the weak key ${file}: ${fault} [security S9] [proof F4]`, () => {
    assert.equal(findKeyFault(readKey(file), STANDARD_KEY_POLICY), fault)
  })
}

for (const file of SOUND_KEYS) {
  test(`accepts the sound key ${file} [security S9] [proof F4]`, () => {
    assert.equal(findKeyFault(readKey(file), STANDARD_KEY_POLICY), undefined)
  })
}

for (const [file, reason] of Object.entries(UNRECOGNISED_KEYS)) {
  test(`does not cover ${file}, which ${reason} [security S9] [proof F4]`, () => {
    assert.equal(findKeyFault(readKey(file), STANDARD_KEY_POLICY), undefined)
  })
}

test('has an expectation for every key of badkeys [security S9] [proof F4]', () => {
  const named = [WEAK_KEYS, UNRECOGNISED_KEYS].flatMap(Object.keys)
  assert.deepEqual(
    readdirSync(badkeys).toSorted(),
    [...named, ...SOUND_KEYS, ...NOT_FOR_THE_POLICY].toSorted(),
  )
})

test('accepts RSA-1024 under the legacy policy only [security S9]', () => {
  const key = rsa(soundModulus(1024, 'legacy'))
  assert.equal(findKeyFault(key, STANDARD_KEY_POLICY), 'key_rsa_size')
  assert.equal(findKeyFault(key, LEGACY_KEY_POLICY), undefined)
})

test('accepts the sizes 2048, 3072 and 4096 and none beside them [security S9]', () => {
  const sizes = [512, 1024, 2047, 2048, 2049, 3071, 3072, 4095, 4096, 8192]
  const accepted = sizes.filter(
    (bits) => findKeyFault(rsa(soundModulus(bits, 'size')), STANDARD_KEY_POLICY) === undefined,
  )
  assert.deepEqual(accepted, [2048, 3072, 4096])
})

test('accepts no exponent but 65537 [security S9]', () => {
  const modulus = soundModulus(2048, 'exponent')
  for (const exponent of [0n, 1n, 2n, 3n, 17n, 65535n, 65536n, 65539n, 2n ** 32n + 1n]) {
    assert.equal(findKeyFault(rsa(modulus, exponent), STANDARD_KEY_POLICY), 'key_rsa_exponent')
  }
  assert.equal(findKeyFault(rsa(modulus, 65537n), STANDARD_KEY_POLICY), undefined)
})

test('ignores leading zeros of modulus and exponent', () => {
  const modulus = Buffer.concat([Buffer.alloc(1), toBytes(soundModulus(2048, 'zeros'))])
  const exponent = Uint8Array.of(0, 1, 0, 1)
  assert.equal(findKeyFault({ kind: 'rsa', modulus, exponent }, STANDARD_KEY_POLICY), undefined)
})

test('refuses an even modulus [security S9]', () => {
  assert.equal(
    findKeyFault(rsa(soundModulus(2048, 'even') - 1n), STANDARD_KEY_POLICY),
    'key_rsa_even',
  )
})

test('refuses every prime factor up to 752 and not the next one, 757 [security S9]', () => {
  const faultWith = (prime: number) => {
    const cofactor = pseudoRandom(2048, 'factor') / BigInt(prime)
    const modulus = BigInt(prime) * search(cofactor, (k) => k)
    return findKeyFault(rsa(modulus), STANDARD_KEY_POLICY)
  }
  for (const prime of SMALL_PRIMES) {
    assert.equal(faultWith(prime), 'key_rsa_small_factor', `${prime}`)
  }
  assert.equal(faultWith(757), undefined)
})

test('refuses a modulus that is a power of 65537 modulo the primes up to 167 [security S9]', () => {
  const product = SMALL_PRIMES.filter((prime) => prime <= 167).reduce((m, p) => m * BigInt(p), 1n)
  for (const power of [3, 1000, 123456]) {
    let residue = 1n
    for (let i = 0; i < power; i++) residue = (residue * 65537n) % product
    const start = pseudoRandom(2048, `roca ${power}`) / product
    const modulus = search(start, (k) => k * product + residue)
    assert.equal(findKeyFault(rsa(modulus), STANDARD_KEY_POLICY), 'key_rsa_roca')
  }
})

for (const bits of [1024, 2048, 3072, 4096]) {
  test(`refuses RSA-${bits} whose primes Fermat's method finds within 110 rounds, and no farther [security S9]`, () => {
    for (const round of [0, 1, 2, 50, 108, 109]) {
      const key = rsa(modulusFoundInRound(bits, round))
      assert.equal(findKeyFault(key, LEGACY_KEY_POLICY), 'key_rsa_fermat', `round ${round}`)
    }
    for (const round of [110, 111, 200]) {
      const key = rsa(modulusFoundInRound(bits, round))
      assert.equal(findKeyFault(key, LEGACY_KEY_POLICY), undefined, `round ${round}`)
    }
  })
}

test('refuses the square of a prime [security S9]', () => {
  const root = search(pseudoRandom(1024, 'square') | 1n, (k) => 2n * k + 1n)
  const modulus = root * root
  const policy = { ...STANDARD_KEY_POLICY, rsaBits: [bitLength(modulus)] }
  assert.equal(findKeyFault(rsa(modulus), policy), 'key_rsa_fermat')
})

test('accepts 300 moduli without a weakness', () => {
  for (let i = 0; i < 300; i++) {
    const key = rsa(soundModulus(2048, `sound ${i}`))
    assert.equal(findKeyFault(key, STANDARD_KEY_POLICY), undefined)
  }
})

test('accepts P-256 and P-384 and no other curve [security S9]', () => {
  const fault = (curve: 'p-256' | 'p-384' | 'p-521' | 'other') =>
    findKeyFault({ kind: 'ec', curve }, STANDARD_KEY_POLICY)
  assert.equal(fault('p-256'), undefined)
  assert.equal(fault('p-384'), undefined)
  assert.equal(fault('p-521'), 'key_ec_curve')
  assert.equal(fault('other'), 'key_ec_curve')
})

test('refuses a kind of key that the policy has no room for', () => {
  const rsaOnly = { ...STANDARD_KEY_POLICY, curves: [] }
  const ecOnly = { ...STANDARD_KEY_POLICY, rsaBits: [] }
  assert.equal(findKeyFault({ kind: 'ec', curve: 'p-256' }, rsaOnly), 'key_type')
  assert.equal(findKeyFault(readKey('rsa-ok.key'), ecOnly), 'key_type')
})

const SMALL_PRIMES = listOddPrimes()

function listOddPrimes(): number[] {
  const isPrime = (n: number) => Array.from({ length: n - 2 }, (_, i) => i + 2).every((d) => n % d)
  return Array.from({ length: 752 }, (_, n) => n).filter((n) => n > 2 && isPrime(n))
}

const rsa = (modulus: bigint, exponent = 65537n): PublicKeyParts => ({
  kind: 'rsa',
  modulus: toBytes(modulus),
  exponent: toBytes(exponent),
})

const toBytes = (value: bigint): Uint8Array => {
  const digits = value.toString(16)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
}

const bitLength = (value: bigint): number => value.toString(2).length

/** A number of exactly `bits` bits, the same for the same seed. */
const pseudoRandom = (bits: number, seed: string): bigint => {
  const bytes = Buffer.from(hkdfSync('sha512', seed, '', '', 1088))
  const value = BigInt(`0x${bytes.toString('hex')}`)
  return (1n << BigInt(bits - 1)) | (value & ((1n << BigInt(bits - 1)) - 1n))
}

/** The first value without a small factor of `make(start)`, `make(start + 1)`, … */
const search = (start: bigint, make: (k: bigint) => bigint): bigint => {
  for (let k = start; ; k++) {
    const value = make(k)
    if (value % 2n === 1n && SMALL_PRIMES.every((prime) => value % BigInt(prime) !== 0n)) {
      return value
    }
  }
}

const soundModulus = (bits: number, seed: string): bigint =>
  search(pseudoRandom(bits, seed), (k) => k)

/** n = a² - b² where a = ⌈√n⌉ + round: then b² lies between a² - (a - round)² and a² - (a - round - 1)². */
const modulusFoundInRound = (bits: number, round: number): bigint => {
  const a = pseudoRandom(bits / 2, `fermat ${bits}`) | (3n << BigInt(bits / 2 - 2))
  const lower = a - BigInt(round)
  const start = squareRoot(a * a - lower * lower) + 1n
  const modulus = search(start, (b) => a * a - b * b)
  assert.ok(modulus <= lower * lower && modulus > (lower - 1n) ** 2n)
  assert.equal(bitLength(modulus), bits)
  return modulus
}

const squareRoot = (n: bigint): bigint => {
  let low = 0n
  let high = 1n << BigInt((bitLength(n) >> 1) + 1)
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle * middle <= n) low = middle
    else high = middle
  }
  return low
}

function readKey(file: string): PublicKeyParts {
  const text = readFileSync(new URL(file, badkeys), 'latin1')
  switch (file.slice(file.lastIndexOf('.'))) {
    case '.txt':
      return rsa(BigInt(`0x${text.trim()}`))
    case '.dnskey':
      return readDnsKey(Buffer.from(text.split(' ').slice(3).join(''), 'base64'))
    case '.json':
      return partsOf(createPublicKey({ format: 'jwk', key: JSON.parse(text) }))
    case '.crt':
      return partsOf(new X509Certificate(text).publicKey)
    case '.csr':
      return partsOf(createPublicKey({ format: 'der', type: 'spki', key: cutPublicKey(text) }))
    default:
      return partsOf(createPublicKey(text))
  }
}

const partsOf = (key: ReturnType<typeof createPublicKey>): PublicKeyParts => {
  const { n, e } = key.export({ format: 'jwk' })
  assert.ok(n !== undefined && e !== undefined)
  return {
    kind: 'rsa',
    modulus: Buffer.from(n, 'base64url'),
    exponent: Buffer.from(e, 'base64url'),
  }
}

/** RFC 3110 §2. */
const readDnsKey = (data: Buffer): PublicKeyParts => {
  const isLong = data[0] === 0
  const start = isLong ? 3 : 1
  const end = start + (isLong ? data.readUInt16BE(1) : data.readUInt8(0))
  return { kind: 'rsa', exponent: data.subarray(start, end), modulus: data.subarray(end) }
}

/** The SubjectPublicKeyInfo of an RSA-2048 key inside a certificate request. */
const cutPublicKey = (pem: string): Buffer => {
  const base64 = pem.slice(pem.indexOf('REQUEST-----') + 12, pem.indexOf('-----END'))
  const der = Buffer.from(base64, 'base64')
  const start = der.indexOf('30820122300d06092a864886f70d010101', 'hex')
  return der.subarray(start, start + 294)
}
