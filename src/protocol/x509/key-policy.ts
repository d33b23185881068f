/** What the policy looks at in a public key. Whether a point lies on its curve is checked where the key is decoded. */
export type PublicKeyParts =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ec'; readonly curve: 'p-256' | 'p-384' | 'p-521' | 'other' }

/** The sizes and curves that are accepted; an empty list refuses the kind of key altogether. */
export type KeyPolicy = {
  readonly rsaBits: readonly number[]
  readonly curves: readonly ('p-256' | 'p-384')[]
}

export const STANDARD_KEY_POLICY: KeyPolicy = {
  rsaBits: [2048, 3072, 4096],
  curves: ['p-256', 'p-384'],
}

/** Also RSA-1024, which devices before iOS 5 make by default. */
export const LEGACY_KEY_POLICY: KeyPolicy = {
  rsaBits: [1024, ...STANDARD_KEY_POLICY.rsaBits],
  curves: STANDARD_KEY_POLICY.curves,
}

/** Why a public key is refused; stable codes. */
export type KeyFault =
  | 'key_type'
  | 'key_ec_curve'
  | 'key_rsa_size'
  | 'key_rsa_exponent'
  | 'key_rsa_even'
  | 'key_rsa_pattern'
  | 'key_rsa_small_factor'
  | 'key_rsa_roca'
  | 'key_rsa_fermat'

/**
 * The first reason to refuse a public key under `policy`, or undefined. Integers are big-endian and unsigned,
 * leading zeros allowed. A modulus is not recognised as weak if it is prime, shares a prime with another key,
 * or comes from a broken random generator.
 */
export const findKeyFault = (parts: PublicKeyParts, policy: KeyPolicy): KeyFault | undefined => {
  switch (parts.kind) {
    case 'rsa':
      return policy.rsaBits.length === 0 ? 'key_type' : findRsaFault(parts, policy.rsaBits)
    case 'ec':
      if (policy.curves.length === 0) return 'key_type'
      return policy.curves.some((curve) => curve === parts.curve) ? undefined : 'key_ec_curve'
  }
  return parts satisfies never
}

const findRsaFault = (
  { modulus, exponent }: PublicKeyParts & { kind: 'rsa' },
  sizes: readonly number[],
): KeyFault | undefined => {
  const digits = toHex(modulus)
  const bits = countBits(digits)
  if (!sizes.includes(bits)) return 'key_rsa_size'
  if (toHex(exponent) !== '10001') return 'key_rsa_exponent'
  if (((modulus.at(-1) ?? 0) & 1) === 0) return 'key_rsa_even'
  if (LONG_RUN.test(digits)) return 'key_rsa_pattern'
  const n = BigInt(`0x${digits}`)
  return findResidueFault(n) ?? (hasClosePrimes(n) ? 'key_rsa_fermat' : undefined)
}

// 64 equal bits in a row: sparse primes leave them, a sound key does once in 2^50.
const LONG_RUN = /0{16}|f{16}/

const SMALL_PRIME_BOUND = 752
const ROCA_PRIME_BOUND = 167
const ROCA_GENERATOR = 65537

type SmallPrime = {
  readonly value: number
  /** Indexed by residue: whether it is a power of 65537 modulo the prime; undefined above the fingerprint's primes. */
  readonly isPower: readonly boolean[] | undefined
}

type PrimeGroup = { readonly product: number; readonly primes: readonly SmallPrime[] }

const smallPrimes: readonly SmallPrime[] = listOddPrimes(SMALL_PRIME_BOUND).map((value) => ({
  value,
  isPower: value <= ROCA_PRIME_BOUND ? markPowers(ROCA_GENERATOR, value) : undefined,
}))

/** The small primes in groups whose product is an exact number: one division of a long integer serves a group. */
const primeGroups = groupPrimes(smallPrimes).map(({ product, primes }) => ({
  product: BigInt(product),
  primes,
}))

const primorial = primeGroups.reduce((product, group) => product * group.product, 1n)

/**
 * Small factors, and the fingerprint of CVE-2017-15361 (ROCA): Infineon's primes are powers of 65537 modulo
 * every prime up to 167, and so is their product.
 */
const findResidueFault = (n: bigint): KeyFault | undefined => {
  const reduced = n % primorial
  let isRoca = true
  for (const { product, primes } of primeGroups) {
    const remainder = Number(reduced % product)
    for (const { value, isPower } of primes) {
      const residue = remainder % value
      if (residue === 0) return 'key_rsa_small_factor'
      if (isPower !== undefined && isPower[residue] === false) isRoca = false
    }
  }
  return isRoca ? 'key_rsa_roca' : undefined
}

// The CA/Browser Forum's Baseline Requirements §6.1.1.3 ask for at least 100.
const FERMAT_ROUNDS = 110

// Few numbers are squares modulo all of these: one in ten thousand or so.
const squareFilters = [64, 63, 65, 11, 17, 19, 23, 31].map((modulus) => ({
  modulus,
  isSquare: markSquares(modulus),
}))

const filterProduct = squareFilters.reduce((product, { modulus }) => product * modulus, 1)

/** Fermat's factorisation: n = a² - b² for an `a` just above √n, where the primes are a + b and a - b. */
const hasClosePrimes = (n: bigint): boolean => {
  const root = squareRoot(n)
  const first = root * root === n ? root : root + 1n
  const residueOfN = Number(n % BigInt(filterProduct))
  const residueOfFirst = Number(first % BigInt(filterProduct))
  for (let round = 0; round < FERMAT_ROUNDS; round++) {
    if (!mayBeSquare(residueOfFirst + round, residueOfN)) continue
    const a = first + BigInt(round)
    const rest = a * a - n
    if (squareRoot(rest) ** 2n === rest) return true
  }
  return false
}

/** Whether a² - n can be a square, from the residues of a and n. */
const mayBeSquare = (a: number, n: number): boolean => {
  for (const { modulus, isSquare } of squareFilters) {
    const root = a % modulus
    if (isSquare[(root * root + modulus - (n % modulus)) % modulus] === false) return false
  }
  return true
}

/** ⌊√n⌋ by Newton's method with a precision that doubles in every step, as in CPython's `math.isqrt`. */
const squareRoot = (n: bigint): bigint => {
  if (n === 0n) return 0n
  const half = (countBits(n.toString(16)) - 1) >> 1
  let root = 1n
  let precision = 0
  for (let shift = 31 - Math.clz32(half); shift >= 0; shift--) {
    const previous = precision
    precision = half >> shift
    const dividend = n >> BigInt(2 * half - previous - precision + 1)
    root = (root << BigInt(precision - previous - 1)) + dividend / root
  }
  return root * root > n ? root - 1n : root
}

/** Without leading zeros. */
const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').replace(/^0+/, '')

const countBits = (digits: string): number =>
  digits === '' ? 0 : digits.length * 4 + 28 - Math.clz32(Number.parseInt(digits.charAt(0), 16))

function listOddPrimes(bound: number): number[] {
  const primes: number[] = []
  for (let candidate = 3; candidate <= bound; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}

function markPowers(generator: number, modulus: number): boolean[] {
  const marks = new Array<boolean>(modulus).fill(false)
  for (let power = 1; marks[power] === false; power = (power * generator) % modulus) {
    marks[power] = true
  }
  return marks
}

function markSquares(modulus: number): boolean[] {
  const marks = new Array<boolean>(modulus).fill(false)
  for (let root = 0; root < modulus; root++) marks[(root * root) % modulus] = true
  return marks
}

function groupPrimes(primes: readonly SmallPrime[]): PrimeGroup[] {
  const groups: PrimeGroup[] = []
  let group: PrimeGroup = { product: 1, primes: [] }
  for (const prime of primes) {
    const product = group.product * prime.value
    if (product <= Number.MAX_SAFE_INTEGER) {
      group = { product, primes: [...group.primes, prime] }
    } else {
      groups.push(group)
      group = { product: prime.value, primes: [prime] }
    }
  }
  return [...groups, group]
}
