import {
  constants,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto'
import { measureOwnCpu } from './cpu.ts'
import { median } from './quantile.ts'

/** What private-key operations cost on this machine, bare, in CPU milliseconds. */
export interface OperationCost {
  readonly rsaSign: number
  readonly rsaDecrypt: number
  readonly p256Sign: number
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const message = randomBytes(1024)
const padding = constants.RSA_PKCS1_PADDING
const encryptedKey = publicEncrypt({ key: rsa.publicKey, padding }, randomBytes(16))

/** Measures them; about a quarter of a second. */
export const measureOperations = async (): Promise<OperationCost> => ({
  rsaSign: await measureOwnCpu(300, () => void sign('sha256', message, rsa.privateKey)),
  rsaDecrypt: await measureOwnCpu(300, () => {
    privateDecrypt({ key: rsa.privateKey, padding }, encryptedKey)
  }),
  p256Sign: await measureOwnCpu(300, () => void sign('sha256', message, p256.privateKey)),
})

export const medianCost = (costs: readonly OperationCost[]): OperationCost => ({
  rsaSign: median(costs.map(({ rsaSign }) => rsaSign)),
  rsaDecrypt: median(costs.map(({ rsaDecrypt }) => rsaDecrypt)),
  p256Sign: median(costs.map(({ p256Sign }) => p256Sign)),
})
