import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import { address, email, flag, httpsUrl } from './value.ts'

/** Of the TLS certificate that an ACME CA issues. */
export const acmeKeys = {
  acme: z
    .object({
      directoryUrl: httpsUrl.optional().register(descriptions, {
        meaning: 'The directory of the ACME CA that certifies the host of `publicUrl` for HTTPS.',
        advice:
          "For Let's Encrypt https://acme-v02.api.letsencrypt.org/directory; try its staging directory first.",
        fallback: 'none',
      }),
      termsAgreed: flag.prefault('false').register(descriptions, {
        meaning: 'Whether you agree to the terms of service of that CA.',
        advice: 'Read them; no CA issues anything without it.',
      }),
      email: email.optional().register(descriptions, {
        meaning: 'Where the CA may write to.',
        advice: 'It is given when the account is made, at the first order.',
        fallback: 'none',
      }),
      httpListen: address.prefault('0.0.0.0:80').register(descriptions, {
        meaning: 'Where the CA finds the answers to HTTP-01 challenges, over plain HTTP.',
        advice:
          'The CA asks at port 80 of the host, so pass that on where it is another one here. Whatever else comes is sent to `publicUrl`.',
      }),
    })
    .register(titles, { title: 'ACME' }),
}
