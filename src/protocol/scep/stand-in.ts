import { der } from '../asn1/index.ts'
import {
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  RSA_ENCRYPTION_ALGORITHM,
} from '../x509/index.ts'

// An odd number of 2,048 bits in place of a modulus, and no signature at all: both cost what real ones cost.
const BYTES = 256
const publicKey = der.sequence(
  RSA_ENCRYPTION_ALGORITHM,
  der.bitString(
    der.sequence(der.unsignedInteger(Buffer.alloc(BYTES, 0xff)), der.smallInteger(65_537)),
  ),
)
const info = encodeCertificateRequestInfo({
  subject: encodeName([[['CN', 'stand-in']]]),
  publicKey,
  challengePassword: 'stand-in',
})

/** A request in due form that nobody signed, to be read in place of one that cannot be read. */
export const STAND_IN: Uint8Array = encodeCertificateRequest(info, 'rsa', Buffer.alloc(BYTES, 0x5a))
