import { readFileSync } from 'node:fs'
import { createSigner, makeKeyPair } from '../src/keys/index.ts'
import { type Identity, signData, verifySignedData } from '../src/protocol/cms/index.ts'
import { dict, formatPlist, type PlistDict } from '../src/protocol/plist/index.ts'
import { configuration, decodeDeviceAttributes } from '../src/protocol/profile/index.ts'
import { decodeCertificate, findPathFault } from '../src/protocol/x509/index.ts'
import { APPLE_DEVICE_CA } from '../src/service/enrollment/index.ts'
import { measureOwnCpu } from './cpu.ts'
import { IN_FLIGHT, inFlight } from './exchange.ts'
import { certify } from './message.ts'
import { measureOperations, type OperationCost } from './operation.ts'
import { median } from './quantile.ts'
import { type Row, shareRow } from './report.ts'

const capture = readFileSync(new URL('../test/fixtures/ota/phase2-zentral.p7m', import.meta.url))
const deviceCa = decodeCertificate(APPLE_DEVICE_CA)

/** Calls until the code is compiled as a server's is after its first minutes, and calls that are measured. */
const WARM_UP = 3000
const ROUNDS = 5
const CALLS = 400

/** What the codecs do, in this process: both start from bytes or values and end with them. */
export const measureCodecs = async (
  note: (cost: OperationCost) => void,
): Promise<readonly Row[]> => {
  await measureOwnCpu(WARM_UP, verifyPhase2)
  const phase2 = await measureOwnCpu(ROUNDS * CALLS, verifyPhase2)
  const identity = await makeIdentity()
  const generate = (count: number) => (): Promise<void> =>
    inFlight(IN_FLIGHT, new Array<undefined>(count).fill(undefined), () => signProfile(identity))
  await generate(WARM_UP)()
  const rounds: { readonly cpuMs: number; readonly share: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const cost = await measureOperations()
    note(cost)
    const cpuMs = (await measureOwnCpu(1, generate(CALLS))) / CALLS
    rounds.push({ cpuMs, share: cost.rsaSign / cpuMs })
  }
  return [
    {
      id: 'phase2-decode',
      what: 'decode and verify the real phase 2 message, to the CA of devices',
      measured: `${phase2.toFixed(3)} ms`,
      value: phase2,
      target: { most: 0.15 },
    },
    shareRow({
      id: 'profile-sign',
      what: 'generate and sign a 4 KB profile: 1 RSA operation ÷ CPU',
      cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
      share: median(rounds.map(({ share }) => share)),
      least: 0.75,
    }),
  ]
}

const verifyPhase2 = (): void => {
  const { signer, content } = verifySignedData(capture, {
    signedAttributes: 'optional',
    hashes: ['sha1', 'sha256', 'sha384', 'sha512'],
  })
  const fault = findPathFault(signer, deviceCa, { hashes: ['sha1', 'sha256'] })
  if (fault !== undefined) throw new Error(`the capture does not verify: ${fault}`)
  decodeDeviceAttributes(content)
}

const makeIdentity = async (): Promise<Identity> => {
  const { privateKey, publicKey } = await makeKeyPair('rsa-2048')
  const signer = createSigner(privateKey)
  return { signer, certificate: await certify({ publicKey, signer }), chain: [] }
}

const UUID = '00000000-0000-4000-8000-000000000000'

const signProfile = async (identity: Identity): Promise<Uint8Array> =>
  await signData({
    content: formatPlist(makeProfile()),
    identity,
    hash: 'sha256',
    signingTime: Date.now(),
  })

const makeProfile = (): PlistDict =>
  configuration({
    identifier: 'example.windfall.configuration',
    uuid: UUID,
    displayName: 'Example',
    organization: 'Example',
    payloads: Array.from({ length: 7 }, (_, index) =>
      dict({
        PayloadType: 'com.apple.webClip.managed',
        PayloadVersion: 1,
        PayloadIdentifier: `example.windfall.configuration.${index}`,
        PayloadUUID: UUID,
        PayloadDisplayName: 'Home screen link',
        Label: 'Example & Sons',
        URL: `https://portal.example/pages/${index}`,
        IsRemovable: true,
      }),
    ),
  })
