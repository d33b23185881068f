import { der } from '../asn1/index.ts'
import {
  decodeCertificateRequest,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
  RSA_ENCRYPTION_ALGORITHM,
  verifyCertificateRequest,
} from '../x509/index.ts'

// An odd number of 2,048 bits in place of a modulus, and no signature at all: both cost what real ones cost.
const BYTES = 256
const publicKey = der.sequence(
  RSA_ENCRYPTION_ALGORITHM,
  der.bitString(
    der.sequence(der.unsignedInteger(Buffer.alloc(BYTES, 0xff)), der.smallInteger(65_537)),
  ),
)
const info = encodeCertificateRequestInfo({ subject: encodeName([]), publicKey })
const standIn = encodeCertificateRequest(info, 'rsa', Buffer.alloc(BYTES, 0x5a))

/** Does for a request that cannot be read what is done for one that can: imports its key and checks its signature. */
export const verifyStandIn = (): boolean =>
  verifyCertificateRequest(decodeCertificateRequest(standIn))
