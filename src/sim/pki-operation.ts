import {
  appleTransactionId,
  openReply,
  type ScepReply,
  sealRequest,
} from '../protocol/scep/index.ts'
import {
  type Certificate,
  encodeCertificateRequest,
  encodeCertificateRequestInfo,
  encodeName,
} from '../protocol/x509/index.ts'
import { expectAnswer } from './answer.ts'
import { personaOf } from './device.ts'
import { describeCertificate } from './facts.ts'
import { type IssuedIdentity, judgeIssued } from './issued-identity.ts'
import type { RsaKey } from './key.ts'
import type { ScepAuthority } from './scep-authority.ts'
import type { ScepChoice } from './scep-capabilities.ts'
import type { ScepInstruction, ScepPurpose } from './scep-payload.ts'
import { createScepSigner } from './scep-signer.ts'
import { scepUrl } from './scep-url.ts'
import { type Session, takeStep } from './session.ts'
import { refuse } from './sim-error.ts'
import type { HttpRequest } from './transport.ts'

export interface CertificateOrder {
  /** The key to be certified. */
  readonly key: RsaKey
  readonly instruction: ScepInstruction
  readonly authority: ScepAuthority
  readonly choice: ScepChoice
  readonly purpose: ScepPurpose
}

/** PKIOperation: a request for a certificate of the key, and what comes back. */
export const requestCertificate = (
  session: Session,
  order: CertificateOrder,
): Promise<IssuedIdentity> =>
  takeStep(session, { step: 'pki_operation', title: 'Get a certificate' }, async (send) => {
    const { key, instruction, authority, choice, purpose } = order
    const { cipher, hash } = choice
    const { recipient } = authority
    const { largestKey } = personaOf(session.device).scep
    const signerBits = Math.min(2048, largestKey)
    const { identity, key: signerKey } = await createScepSigner(session.now(), signerBits)
    const certificateRequest = await makeCertificateRequest(key, instruction, hash)
    const transactionId = appleTransactionId(key.rsaPublicKey)
    const pending = await sealRequest({
      certificateRequest,
      recipient,
      identity,
      transactionId,
      cipher,
      hash,
    })
    const request = pkiOperation(instruction.url, pending.bytes, choice)
    const answer = await send('pkioperation', request)
    const reply = openReply(expectAnswer(answer, 'application/x-pki-message'), {
      pending,
      signer: recipient,
      recipient: { certificate: identity.certificate, decrypter: signerKey.decrypter },
    })
    const issued = judgeIssued(expectSuccess(reply), {
      key,
      ca: authority.ca,
      keyUsage: instruction.keyUsage,
      at: session.now(),
    })
    const certificate = describeCertificate(issued.identity.certificate)
    return {
      value: issued,
      summary: `${certificate.issuer} issued ${certificate.subject}`,
      detail: { purpose, transactionId, method: request.method, cipher, hash, certificate },
    }
  })

const makeCertificateRequest = async (
  { publicKey, signer }: RsaKey,
  { subject, challenge }: ScepInstruction,
  hash: ScepChoice['hash'],
): Promise<Uint8Array> => {
  const info = encodeCertificateRequestInfo({
    subject: encodeName(subject),
    publicKey,
    ...(challenge === undefined ? {} : { challengePassword: challenge }),
  })
  const signature = await signer.sign(info, hash)
  return encodeCertificateRequest(info, signer.algorithm, signature, hash)
}

/** @throws SimError `scep_failure`, `scep_pending` */
export const expectSuccess = (reply: ScepReply): readonly Certificate[] => {
  switch (reply.kind) {
    case 'success':
      return reply.certificates
    case 'failure': {
      const { failInfo, text = '' } = reply
      throw refuse('scep_failure', `the CA refuses: ${failInfo} ${text}`, { failInfo, text })
    }
    case 'pending':
      throw refuse('scep_pending', 'the CA wants to decide later')
  }
  return reply satisfies never
}

/** A pkiMessage on its way to the CA. */
export const pkiOperation = (url: URL, bytes: Uint8Array, { isPost }: ScepChoice): HttpRequest => {
  if (isPost) {
    const headers = { 'content-type': 'application/x-pki-message' }
    return { method: 'POST', url: scepUrl(url, 'operation=PKIOperation'), headers, body: bytes }
  }
  // iOS and macOS escape the padding of base64 and nothing else.
  const message = Buffer.from(bytes).toString('base64').replaceAll('=', '%3D')
  return { method: 'GET', url: scepUrl(url, `operation=PKIOperation&message=${message}`) }
}
