import assert from 'node:assert/strict'
import {
  decodeEnvelopedData,
  decodeSignedData,
  openEnvelopedData,
} from '../../src/protocol/cms/index.ts'
import { decodeCertificates } from '../../src/protocol/scep/index.ts'
import { decodeCertificateRequest } from '../../src/protocol/x509/index.ts'
import { makeDecrypter } from '../codec/holder.ts'
import { pkiMessage } from '../codec/pki-message.ts'
import { pick, type Random } from '../mutate.ts'
import { recipientOf } from '../scep-client.ts'
import { craftCsr } from '../security/crafted.ts'
import { finish, identify, obtain } from '../security/scene.ts'
import { mutateBer } from './ber-mutation.ts'
import { rsa } from './holders.ts'
import { attributeSet, sealFor, signInfo, signSet } from './pki-wrap.ts'
import { CAPTURES, mutateQuery, PKCS_REQ } from './scep-codec.ts'
import { readAnswer, rememberState, type Service } from './service.ts'
import type { Shape, Target, Verdict } from './target.ts'

/**
 * The SCEP server from the route to the database. The one challenge that is known is spent: with its key it
 * brings the certificate that it has brought already, and everything else must be refused.
 */
export const openScepService = async (
  service: Service,
): Promise<Pick<Target, 'shapes' | 'settle'>> => {
  const { scene } = service
  const bystander = await identify(scene)
  const { challenge } = await identify(scene)
  const issued = await obtain(scene, { key: rsa.key, challenge, signer: rsa })
  const before = await rememberState(service)
  let refusals = 0

  const isKnown = (certRep: Uint8Array): boolean => {
    const envelope = decodeEnvelopedData(decodeSignedData(certRep).content ?? new Uint8Array())
    const recipient = { certificate: undefined, decrypter: makeDecrypter(rsa.key) }
    const [certificate, ...more] = decodeCertificates(openEnvelopedData(envelope, recipient))
    const bytes = certificate?.bytes ?? new Uint8Array()
    return more.length === 0 && Buffer.compare(bytes, issued.certificate.bytes) === 0
  }
  const judge = (answer: Parameters<typeof readAnswer>[0]): Verdict => {
    const verdict = readAnswer(answer, isKnown)
    if (verdict === 'refused') refusals++
    return verdict
  }
  const post = async (message: Uint8Array): Promise<Verdict> => {
    const url = '/scep?operation=PKIOperation'
    return judge(await service.send({ method: 'POST', url, payload: Buffer.from(message) }))
  }
  const get = async (query: Uint8Array): Promise<Verdict> =>
    judge(await service.send({ method: 'GET', url: `/scep?${toQuery(query)}` }))

  const settle = async (): Promise<void> => {
    const { state, audited } = await rememberState(service)
    assert.deepEqual(state, before.state)
    assert.equal(audited - before.audited, refusals, 'refusals that are written down')
    service.requireNoErrors()
    await finish(scene, bystander, rsa.key)
  }
  const csr = craftCsr(rsa.key, { challenge })
  return { shapes: createShapes({ csr, seal: sealFor(recipientOf(scene.ca)), post, get }), settle }
}

interface Attack {
  readonly csr: Uint8Array
  readonly seal: (content: Uint8Array) => Uint8Array
  readonly post: (message: Uint8Array) => Promise<Verdict>
  readonly get: (query: Uint8Array) => Promise<Verdict>
}

const createShapes = ({ csr, seal, post, get }: Attack): readonly Shape[] => {
  const envelope = seal(csr)
  const wrap = (content: Uint8Array): Uint8Array => pkiMessage(content, rsa)
  const { info } = decodeCertificateRequest(csr)
  const messages = [wrap(envelope), ...CAPTURES]
  const of =
    (...seeds: readonly Uint8Array[]) =>
    (random: Random): Uint8Array =>
      mutateBer(pick(seeds, random), random, messages)
  return [
    { name: 'service-message', weight: 4, generate: of(...messages), deliver: post },
    {
      name: 'service-attributes',
      weight: 5,
      generate: of(attributeSet(envelope, PKCS_REQ)),
      deliver: (set) => post(signSet(envelope, set, rsa)),
    },
    {
      name: 'service-envelope',
      weight: 3,
      generate: of(envelope),
      deliver: (content) => post(wrap(content)),
    },
    {
      name: 'service-request',
      weight: 3,
      generate: of(csr),
      deliver: (content) => post(wrap(seal(content))),
    },
    {
      name: 'service-info',
      weight: 5,
      generate: of(info),
      deliver: (content) => post(wrap(seal(signInfo(content, rsa)))),
    },
    { name: 'service-query', weight: 2, generate: mutateQuery, deliver: get },
  ]
}

/** What a URL may hold: printable ASCII; other octets are escaped, and `#` would end the query. */
const toQuery = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^!-~]|#/g, (octet) => `%${octet.charCodeAt(0).toString(16).padStart(2, '0')}`)
