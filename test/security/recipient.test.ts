import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { der } from '../../src/protocol/asn1/index.ts'
import { decodeEnvelopedData, decodeSignedData } from '../../src/protocol/cms/index.ts'
import { getData } from '../../src/protocol/plist/index.ts'
import { type Extension, keyUsage } from '../../src/protocol/x509/index.ts'
import { type Holder, makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, openProfile, postProfile, profileRequest } from '../device.ts'
import { issuedTo, postScep } from '../scep-client.ts'
import { craftCsr, wrapCsr } from './crafted.ts'
import { honest, phase3, scep } from './entry.ts'
import { finish, identify, offer, openScene } from './scene.ts'

const key = makeKey('rsa-2048')
const eavesdropper = makeHolder({
  key: makeKey('rsa-2048'),
  subject: [[['CN', 'eavesdropper']]],
  extensions: [keyUsage('digitalSignature', 'keyEncipherment')],
})

/** Who can open an envelope: exactly one, by issuer and serial number, and it is the holder. */
const assertOnlyFor = (envelope: Uint8Array, { certificate }: Holder): void => {
  const { recipients, otherRecipients } = decodeEnvelopedData(envelope)
  const [{ rid } = assert.fail(), ...more] = recipients
  assert.equal(more.length + otherRecipients, 0)
  assert(rid.kind === 'issuer-and-serial-number')
  assert.deepEqual(Buffer.from(rid.name.serialNumber), Buffer.from(certificate.serialNumber))
  assert.deepEqual(Buffer.from(rid.name.issuer), Buffer.from(certificate.issuer))
}

/** What somebody on the way can put into the bag, which is not signed. */
const bags = ({ certificate }: Holder, ...chain: readonly Holder[]) => {
  const [own, foreign] = [certificate.bytes, eavesdropper.certificate.bytes]
  const others = chain.map((each) => each.certificate.bytes)
  return [
    [own, foreign],
    [foreign, own],
    [foreign, own, ...others, foreign],
    [own, own, foreign],
  ]
}

test('a certificate that somebody adds on the way to SCEP gets no answer encrypted to it [security C7]', async () => {
  await using scene = await openScene()
  const entry = await scep(scene)
  for (const certificates of bags(entry.signer)) {
    const { status, body } = await entry.send(honest(entry, { certificates }))
    assert.equal(status, 200)
    assertOnlyFor(decodeSignedData(body).content ?? assert.fail(), entry.signer)
  }
  await entry.complete()
})

test('a certificate that somebody adds on the way to phase 3 gets no profile encrypted to it [security C7 O8]', async () => {
  await using scene = await openScene()
  const entry = await phase3(scene)
  const other = await phase3(scene)
  for (const certificates of bags(entry.signer, other.signer)) {
    const { status, body } = await entry.send(honest(entry, { certificates }))
    assert.equal(status, 200)
    const envelope = getData(openProfile(body), 'EncryptedPayloadContent') ?? assert.fail()
    assertOnlyFor(envelope, entry.signer)
  }
  await entry.complete()
})

/** A listener on loopback that counts who comes. */
const listen = async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

const uri = (url: string): Uint8Array => der.taggedPrimitive(6, Buffer.from(url))

/** Extensions that name places to fetch issuers, revocation lists, OCSP answers, logs and policies from. */
const inviting = (url: string): readonly Extension[] => {
  const access = (method: string, path: string) => der.sequence(der.oid(method), uri(url + path))
  const point = der.sequence(der.tagged(0, der.tagged(0, uri(`${url}crl`))))
  const extension = (oid: string, value: Uint8Array) => ({ oid, critical: false, value })
  return [
    extension(
      '1.3.6.1.5.5.7.1.1',
      der.sequence(
        access('1.3.6.1.5.5.7.48.1', 'ocsp'),
        access('1.3.6.1.5.5.7.48.2', 'issuer.cer'),
      ),
    ),
    extension('2.5.29.31', der.sequence(point)),
    extension('2.5.29.46', der.sequence(point)),
    extension('1.3.6.1.5.5.7.1.11', der.sequence(access('1.3.6.1.5.5.7.48.5', 'repository'))),
    extension(
      '2.5.29.32',
      der.sequence(
        der.sequence(
          der.oid('1.2.3.4'),
          der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), der.ia5String(`${url}policy`))),
        ),
      ),
    ),
  ]
}

test('no certificate and no request makes the server connect to the places that it names [security C12]', async () => {
  await using bait = await listen()
  await using scene = await openScene()
  const extensions = inviting(bait.url)

  // Of a device, of a stranger in phase 2, of a SCEP message, in a request, and in a bag.
  const { challenge: offered } = await offer(scene)
  const device = makeDevice(scene.server)
  const { authority } = scene.server
  const issuer = {
    ...eavesdropper,
    certificate: authority.certificate,
    key: createPrivateKey(authority.key.toPem()),
  }
  const invitingDevice = {
    ...device,
    identity: makeHolder({
      key,
      issuer,
      extensions: [keyUsage('digitalSignature'), ...extensions],
    }),
  }
  const changes = { CHALLENGE: offered }
  const phase2 = await postProfile(scene.wire, profileRequest(invitingDevice, { changes }))
  assert.equal(phase2.status, 200)
  const stranger = { ...device, identity: makeHolder({ key, extensions }) }
  assert.equal((await postProfile(scene.wire, profileRequest(stranger))).status, 403)

  const identified = await identify(scene)
  const { challenge } = identified
  const csr = craftCsr(key, { challenge, extensions })
  const sent = wrapCsr(scene, csr, { signer: makeHolder({ key, extensions }) })
  issuedTo(sent, await postScep(scene.wire, sent))
  await finish(scene, identified, key)

  assert.equal(bait.connections(), 0)
})
