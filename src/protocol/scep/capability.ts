/**
 * GetCACaps (RFC 8894 §3.5.2): only what works. `SHA-384` also because strongSwan 5.9 reads the list as
 * understood only where the line is there.
 */
export const CAPABILITIES = [
  'AES',
  'DES3',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'POSTPKIOperation',
  'SCEPStandard',
] as const

/** The body of the answer: one capability a line. */
export const formatCapabilities = (): string => `${CAPABILITIES.join('\n')}\n`
