import type { z } from 'zod'
import { ProtocolError, ServiceError } from '../../errors.ts'
import type { Signer } from '../../protocol/cms/index.ts'
import { type Answer, type ExchangeOptions, exchange } from './exchange.ts'
import { encodeJws, jwkOf, thumbprintOf } from './jws.ts'
import {
  AUTHORIZATION,
  DIRECTORY,
  ORDER,
  parseResource,
  RENEWAL_INFO,
  toError,
} from './resource.ts'

/** A resource, and how long its server asks to wait before it is read again. */
type Polled<T> = T & { readonly retryAfterMs: number | undefined }

export type AcmeOrderState = Polled<z.output<typeof ORDER>> & { readonly url: string }
export type AcmeAuthorization = Polled<z.output<typeof AUTHORIZATION>>

/** When a CA wants a certificate to be renewed (RFC 9773). Times in milliseconds since 1970. */
export interface RenewalWindow {
  readonly start: number
  readonly end: number
  readonly retryAfterMs: number | undefined
}

export interface AcmeClientOptions extends ExchangeOptions {
  readonly directoryUrl: string
  /** The key of the account: P-256. */
  readonly signer: Signer
}

/** How often a request is sent again whose nonce the CA does not take (RFC 8555 §6.5). */
const NONCE_TRIES = 5
const BAD_NONCE = 'acme_bad_nonce'

/**
 * An account at an ACME CA (RFC 8555). Everything it does throws a ServiceError, unavailable `outbound_…` where there was
 * no answer and `acme_…` after the CA's problem where it said no, or a ProtocolError `acme_answer`. Nothing is tried
 * twice but requests with a bad nonce.
 */
export class AcmeClient {
  readonly #options: AcmeClientOptions
  #directory: Promise<z.output<typeof DIRECTORY>> | undefined
  #nonce: string | undefined
  #account: string | undefined

  constructor(options: AcmeClientOptions) {
    this.#options = options
  }

  /** Registers the account, or finds it; the operator of this server has agreed to the terms of the CA. */
  async register(email: string | undefined): Promise<void> {
    const { newAccount } = await this.#readDirectory()
    const contact = email === undefined ? {} : { contact: [`mailto:${email}`] }
    const answer = await this.#post(newAccount, { termsOfServiceAgreed: true, ...contact })
    this.#account = required(answer.location)
  }

  /** `replaces`: the certificate that is renewed, by its name in RFC 9773 §4.1; for CAs that know of renewals. */
  async newOrder(host: string, replaces: string | undefined): Promise<AcmeOrderState> {
    const { newOrder, renewalInfo } = await this.#readDirectory()
    const order = { identifiers: [{ type: 'dns', value: host }] }
    const isRenewal = replaces !== undefined && renewalInfo !== undefined
    const answer = await this.#post(newOrder, isRenewal ? { ...order, replaces } : order)
    return toOrder(answer, required(answer.location))
  }

  async readOrder(url: string): Promise<AcmeOrderState> {
    return toOrder(await this.#post(url), url)
  }

  async readAuthorization(url: string): Promise<AcmeAuthorization> {
    return polled(AUTHORIZATION, await this.#post(url))
  }

  /** Tells the CA that it can look (RFC 8555 §7.5.1). */
  async respond(challengeUrl: string): Promise<void> {
    await this.#post(challengeUrl, {})
  }

  /** `request`: a CertificateRequest, DER. */
  async finalize(order: AcmeOrderState, request: Uint8Array): Promise<AcmeOrderState> {
    const csr = Buffer.from(request).toString('base64url')
    return toOrder(await this.#post(order.finalize, { csr }), order.url)
  }

  /** The certificate and its chain, PEM. */
  async download(url: string): Promise<string> {
    return (await this.#post(url)).body
  }

  /** What has to be found under the token (RFC 8555 §8.1). */
  keyAuthorization(token: string): string {
    return `${token}.${thumbprintOf(jwkOf(this.#options.signer))}`
  }

  /** Undefined where the CA has no opinion. */
  async readRenewalWindow(certificate: string): Promise<RenewalWindow | undefined> {
    const { renewalInfo } = await this.#readDirectory()
    if (renewalInfo === undefined) return undefined
    const answer = await this.#get(`${renewalInfo}/${certificate}`)
    const { suggestedWindow } = parseResource(RENEWAL_INFO, answer)
    const start = Date.parse(suggestedWindow.start)
    const end = Date.parse(suggestedWindow.end)
    // RFC 9773 §4.2: such a window is as if there were none.
    return end > start ? { start, end, retryAfterMs: answer.retryAfterMs } : undefined
  }

  #readDirectory(): Promise<z.output<typeof DIRECTORY>> {
    this.#directory ??= this.#get(this.#options.directoryUrl).then((answer) =>
      parseResource(DIRECTORY, answer),
    )
    return this.#directory
  }

  async #get(url: string): Promise<Answer> {
    const answer = await exchange(url, undefined, this.#options)
    if (answer.status !== 200) throw toError(answer)
    return answer
  }

  /** Without a payload it reads (RFC 8555 §6.3). */
  async #post(url: string, payload?: object): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const nonce = await this.#takeNonce()
      const kid = this.#account
      const body = await encodeJws(this.#options.signer, { url, nonce, kid }, payload)
      const answer = await exchange(url, body, this.#options)
      this.#nonce = answer.nonce
      if (answer.status < 300) return answer
      const error = toError(answer)
      if (error.code !== BAD_NONCE || tries === NONCE_TRIES) throw error
    }
  }

  async #takeNonce(): Promise<string> {
    const held = this.#nonce
    this.#nonce = undefined
    if (held !== undefined) return held
    const { newNonce } = await this.#readDirectory()
    const { nonce, status } = await exchange(newNonce, undefined, this.#options)
    if (nonce !== undefined) return nonce
    throw new ServiceError(
      'unavailable',
      'acme_no_nonce',
      `there is no nonce, but status ${status}`,
    )
  }
}

const required = (location: string | undefined): string => {
  if (location === undefined) throw new ProtocolError('acme_answer', 'the answer has no Location')
  return location
}

const polled = <T extends object>(schema: z.ZodType<T>, answer: Answer): Polled<T> => ({
  ...parseResource(schema, answer),
  retryAfterMs: answer.retryAfterMs,
})

const toOrder = (answer: Answer, url: string): AcmeOrderState => ({ ...polled(ORDER, answer), url })
