import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { decode, Tag } from '../../src/protocol/asn1/index.ts'
import { type Certificate, isCa } from '../../src/protocol/x509/index.ts'
import { makeKey } from '../codec/holder.ts'
import { postScep, readReply } from '../scep-client.ts'
import { ask, finish, identify, obtain, openScene, refused, type Scene } from './scene.ts'

const MINUTE = 60_000
const DAY = 86_400_000

const key = makeKey('rsa-2048')

const issuingOf = ({ ca }: Scene): Certificate =>
  ca.find((certificate) => isCa(certificate)) ?? assert.fail()

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000

test('a certificate begins ten minutes ago, not before its CA, and ends after 365 days [security S12]', async () => {
  await using scene = await openScene()
  const { clock } = scene.server
  const issue = async () => (await obtain(scene, { key, ...(await identify(scene)) })).certificate

  const early = await issue()
  assert.equal(
    early.notBefore,
    Math.max(wholeSeconds(clock.now() - 10 * MINUTE), issuingOf(scene).notBefore),
  )
  clock.advance(3 * DAY + 1234)
  const later = await issue()
  assert.equal(later.notBefore, wholeSeconds(clock.now() - 10 * MINUTE))
  assert.equal(later.notAfter, wholeSeconds(clock.now() + 365 * DAY))
})

test('no certificate outlives its CA, and none is issued before or after the life of the CA [security S12]', async () => {
  await using scene = await openScene()
  const { clock } = scene.server
  const { notBefore, notAfter } = issuingOf(scene)

  for (const moment of [
    notBefore - DAY,
    notBefore - 1000,
    notAfter + 1000,
    notAfter + 3650 * DAY,
  ]) {
    clock.advance(moment - clock.now())
    const identified = await identify(scene)
    const request = ask(scene, { key, challenge: identified.challenge })
    const { answer, code } = await refused(scene, () => postScep(scene.wire, request))
    assert.equal(code, 'ca_expired')
    assert.equal(readReply(request, answer).kind, 'failure')
  }

  clock.advance(notAfter - DAY - clock.now())
  const { certificate } = await finish(scene, await identify(scene), key)
  assert.equal(certificate.notAfter, notAfter)
})

test('a refusal by a clock that is wrong leaves the challenge to be used when it is right again [security S12]', async () => {
  await using scene = await openScene()
  const { clock } = scene.server
  const identified = await identify(scene)
  clock.advance(-DAY)
  const request = ask(scene, { key, challenge: identified.challenge })
  assert.equal(
    (await refused(scene, () => postScep(scene.wire, request))).code,
    'challenge_expired',
  )
  clock.advance(DAY)

  await finish(scene, identified, key)
})

/** The two dates of a certificate as they are written: type and text. */
const datesOf = (certificate: Certificate): readonly string[] => {
  const validity = decode(certificate.tbs, 'der').children[4]
  return (validity?.children ?? []).flatMap(({ tag, bytes }) => [
    tag === Tag.utcTime ? 'UTCTime' : tag === Tag.generalizedTime ? 'GeneralizedTime' : '',
    Buffer.from(bytes.subarray(2)).toString('latin1'),
  ])
}

const TURNS = [
  [Date.UTC(2049, 11, 30, 12), ['UTCTime', '491230115000Z', 'GeneralizedTime', '20501230120000Z']],
  [
    Date.UTC(2049, 11, 31, 23, 59, 59),
    ['UTCTime', '491231234959Z', 'GeneralizedTime', '20501231235959Z'],
  ],
  [Date.UTC(2050, 0, 1), ['UTCTime', '491231235000Z', 'GeneralizedTime', '20510101000000Z']],
  [
    Date.UTC(2050, 0, 1, 0, 10),
    ['GeneralizedTime', '20500101000000Z', 'GeneralizedTime', '20510101001000Z'],
  ],
  [Date.UTC(2048, 1, 29, 12), ['UTCTime', '480229115000Z', 'UTCTime', '490228120000Z']],
] as const

for (const [now, dates] of TURNS) {
  test(`at ${new Date(now).toISOString()} the dates are written as RFC 5280 asks, and a device enrolls [security S12]`, async () => {
    await using scene = await openScene({ now })

    const { certificate } = await finish(scene, await identify(scene), key)

    assert.deepEqual(datesOf(certificate), dates)
    const read = new X509Certificate(certificate.bytes)
    assert.equal(read.validFromDate.getTime(), certificate.notBefore)
    assert.equal(read.validToDate.getTime(), certificate.notAfter)
  })
}
