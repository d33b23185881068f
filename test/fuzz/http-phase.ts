import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'
import { der } from '../../src/protocol/asn1/index.ts'
import { dict, expectDict, formatPlist, parsePlist } from '../../src/protocol/plist/index.ts'
import {
  decodeCertificate,
  encodeCertificate,
  encodeIssuerAndSerialNumber,
} from '../../src/protocol/x509/index.ts'
import { readFixture } from '../codec/fixture.ts'
import { algorithmOf, type Holder } from '../codec/holder.ts'
import { signedAttributes, signedData, signerInfo } from '../codec/message.ts'
import { openPayloads } from '../device.ts'
import { mutateBytes, pick, type Random } from '../mutate.ts'
import { configure, identify, obtain } from '../security/scene.ts'
import { mutateBer } from './ber-mutation.ts'
import { rsa } from './holders.ts'
import { attributeSet, signSet } from './pki-wrap.ts'
import { writeBinary } from './plist-binary.ts'
import { mutateTree, type Tree, toTree } from './plist-tree.ts'
import { writeXml } from './plist-xml.ts'
import type { Service } from './service.ts'
import { attempt, type Shape, type Verdict } from './target.ts'

/** Messages to `/profile` of devices that have been there before, each part mutated under a good signature. */
export const openPhases = async (
  service: Service,
): Promise<{ readonly shapes: readonly Shape[]; readonly refusals: () => number }> => {
  const { scene } = service
  const waiting = await identify(scene)
  const configured = await identify(scene)
  const issued = await obtain(scene, { key: rsa.key, challenge: configured.challenge })
  await configure(scene, configured.device, issued)

  const post = async (message: Uint8Array) =>
    await service.send({ method: 'POST', url: '/profile', payload: Buffer.from(message) })
  const device = waiting.device.identity
  const attributes2 = { ...waiting.device.attributes, CHALLENGE: waiting.offered }
  const content2 = formatPlist(dict(attributes2))
  const content3 = formatPlist(dict(configured.device.attributes))
  const stored = (await post(signContent(content2, device))).rawPayload

  let refusals = 0
  /** Whoever repeats phase 2 gets the very answer again; phase 3 can be read by the issued key alone. */
  const judge = async (message: Uint8Array): Promise<Verdict> => {
    const { statusCode, rawPayload } = await post(message)
    if (statusCode >= 400 && statusCode < 500) {
      refusals++
      return 'refused'
    }
    assert.equal(statusCode, 200, `status ${statusCode}`)
    if (!rawPayload.equals(stored)) openPayloads(rawPayload, issued)
    return 'accepted'
  }
  const judgePhase3 = async (content: Uint8Array): Promise<Verdict> => {
    const verdict = await judge(signContent(content, issued))
    if (verdict === 'accepted') requireDevice(content, configured.device.attributes)
    return verdict
  }

  const messages = [signContent(content2, device), signContent(content3, issued), ZENTRAL]
  const of =
    (...seeds: readonly Uint8Array[]) =>
    (random: Random): Uint8Array =>
      mutateBer(pick(seeds, random), random, messages)
  const shapes: readonly Shape[] = [
    { name: 'phase-message', weight: 3, generate: of(...messages), deliver: judge },
    {
      name: 'phase2-content',
      weight: 4,
      generate: plists(content2),
      deliver: (content) => judge(signContent(content, device)),
    },
    {
      name: 'phase2-attributes',
      weight: 3,
      generate: of(attributeSet(content2, [])),
      deliver: (set) => judge(signSet(content2, set, device)),
    },
    {
      name: 'phase2-certificate',
      weight: 3,
      generate: of(device.certificate.tbs),
      deliver: (tbs) => judge(signContent(content2, certified(tbs, device, authorityKey(service)))),
    },
    { name: 'phase3-content', weight: 4, generate: plists(content3), deliver: judgePhase3 },
    {
      name: 'phase3-attributes',
      weight: 2,
      generate: of(attributeSet(content3, [])),
      deliver: (set) => judge(signSet(content3, set, issued)),
    },
  ]
  return { shapes, refusals: () => refusals }
}

const ZENTRAL = readFixture('ota/phase2-zentral.p7m')

/** Who signs, and the certificate that is sent, which need not be one. */
interface Sender extends Pick<Holder, 'key'> {
  readonly certificate: Pick<Holder['certificate'], 'bytes' | 'issuer' | 'serialNumber'>
}

const signContent = (content: Uint8Array, { key, certificate }: Sender): Uint8Array =>
  signedData({
    signerInfos: [
      signerInfo({ ...rsa, key }, content, {
        attributes: signedAttributes(content, 'sha256'),
        sid: encodeIssuerAndSerialNumber(certificate),
      }),
    ],
    certificates: [certificate.bytes],
    content: der.octetString(content),
  })

const authorityKey = ({ scene }: Service) => createPrivateKey(scene.server.authority.key.toPem())

/** The device with a certificate of whatever `tbs` says, under a good signature of the device CA. */
const certified = (
  tbs: Uint8Array,
  { key, certificate }: Holder,
  issuer: ReturnType<typeof authorityKey>,
): Sender => {
  const bytes = encodeCertificate(tbs, algorithmOf(issuer), sign('sha256', tbs, issuer))
  const { issuer: name, serialNumber } = certificate
  let sender: Sender = { key, certificate: { bytes, issuer: name, serialNumber } }
  attempt(() => {
    sender = { key, certificate: decodeCertificate(bytes) }
  })
  return sender
}

const plists =
  (content: Uint8Array) =>
  (random: Random): Uint8Array => {
    const tree: Tree = toTree(parsePlist(content))
    const changed = random(6) === 0 ? tree : mutateTree(tree, random, [tree])
    const written = pick([writeXml, writeBinary], random)(changed, random)
    return random(8) === 0 ? mutateBytes(written, random, [content]) : written
  }

/** A device that gets its configuration says it is the one that was certified. */
const requireDevice = (content: Uint8Array, expected: Readonly<Record<string, unknown>>): void => {
  const said = expectDict(parsePlist(content))
  for (const name of ['UDID', 'SERIAL']) assert.equal(said.get(name), expected[name])
}
