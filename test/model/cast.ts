import { isCa } from '../../src/protocol/x509/index.ts'
import { type Holder, type KeyKind, makeHolder, makeKey } from '../codec/holder.ts'
import { makeDevice, type TestDevice } from '../device.ts'
import { issuedTo, pkcsReq } from '../scep-client.ts'
import { STATIC_CHALLENGE } from './oracle.ts'
import type { Stage } from './stage.ts'

/** The keys that devices ask certificates for; the last two are refused. */
const KEYS = {
  first: 'rsa-2048',
  second: 'rsa-2048',
  small: 'rsa-1024',
  curve: 'p-256',
} as const satisfies Record<string, KeyKind>

export type KeyName = keyof typeof KEYS

/** Everybody who takes part, made once: keys are what costs. */
export interface Cast {
  /** Each with a certificate that it signed itself, as Apple's SCEP client does. */
  readonly keys: Readonly<Record<KeyName, Holder>>
  readonly devices: readonly [TestDevice, TestDevice, TestDevice]
  /** Somebody whom no CA of ours knows. */
  readonly stranger: Holder
  /** A stranger who gave himself the name of our issuing CA as his issuer. */
  readonly forger: Holder
  /** Somebody with a certificate for the static challenge, which opens nothing. */
  readonly client: Holder
}

export const makeCast = async ({ server, ca, send }: Stage): Promise<Cast> => {
  const holder = (kind: KeyKind): Holder => makeHolder({ key: makeKey(kind) })
  const stranger = makeHolder({ key: makeKey('rsa-2048'), subject: [[['CN', 'stranger']]] })
  const issuing = ca.find(isCa)
  if (issuing === undefined) throw new Error('an RA stands before a CA')
  const asked = pkcsReq({ caCertificates: ca, key: stranger.key, challenge: STATIC_CHALLENGE })
  const answer = await send({
    method: 'POST',
    path: '/scep?operation=PKIOperation',
    body: asked.bytes,
  })
  return {
    keys: {
      first: holder(KEYS.first),
      second: holder(KEYS.second),
      small: holder(KEYS.small),
      curve: holder(KEYS.curve),
    },
    devices: [makeDevice(server), makeDevice(server), makeDevice(server)],
    stranger,
    forger: makeHolder({ key: stranger.key, issuer: { ...stranger, certificate: issuing } }),
    client: issuedTo(asked, answer),
  }
}
