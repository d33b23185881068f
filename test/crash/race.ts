import assert from 'node:assert/strict'
import { makeHolder } from '../codec/holder.ts'
import { issuedTo, pkcsReq, readReply } from '../scep-client.ts'
import { manyKeys } from '../security/keys.ts'
import {
  certify,
  configure,
  type Entry,
  fetchChallenge,
  identify,
  newEntry,
  PKI_OPERATION,
  persist,
} from './honest-device.ts'
import { findFaults } from './ledger.ts'
import { openPair, type Pair } from './pair.ts'

export interface RaceResult {
  /** Of each round: how many of the requests brought a certificate. */
  readonly winners: readonly number[]
  readonly faults: readonly string[]
}

const PATIENCE_MS = 20_000

/**
 * In each round as many requests at once as there are keys, with one challenge and over both nodes; then the winner
 * asks the other node and finishes its enrollment.
 */
export const runRaces = async (rounds: number, keys: number): Promise<RaceResult> => {
  await using pair = await openPair({ patience: PATIENCE_MS })
  // Apple's client signs with a certificate of its own key, which does not change.
  const holders = manyKeys(keys).map((key) => makeHolder({ key }))
  const ledger: Entry[] = []
  const winners: number[] = []
  for (let round = 0; round < rounds; round++) {
    winners.push(await race(pair, holders, ledger))
  }
  return { winners, faults: await findFaults(pair.records, ledger) }
}

const race = async (
  { left, right, site, authority }: Pair,
  holders: readonly ReturnType<typeof makeHolder>[],
  ledger: Entry[],
): Promise<number> => {
  const [holder] = holders
  assert(holder !== undefined)
  const opening = newEntry(authority, holder.key)
  const grant = await identify(site, opening, await fetchChallenge(site, opening))
  const requests = holders.map((signer, index) => ({
    url: index % 2 === 0 ? left.url : right.url,
    pending: pkcsReq({
      signer,
      key: signer.key,
      challenge: grant.challenge,
      caCertificates: site.ca,
    }),
  }))

  const replies = await Promise.all(
    requests.map(async ({ url, pending }) => {
      // A server that has too much to do says so, and is asked again.
      const answer = await persist({ ...site, route: () => [url] }, PKI_OPERATION, () => ({
        method: 'POST',
        body: pending.bytes,
      }))
      assert.equal(answer.status, 200)
      const reply = readReply(pending, answer)
      if (reply.kind === 'success') return { url, holder: issuedTo(pending, answer) }
      assert.equal(reply.kind === 'failure' && reply.failInfo, 'badRequest')
      return undefined
    }),
  )

  const won = replies.flatMap((reply) => reply ?? [])
  const [winner] = won
  if (winner !== undefined) {
    const { key, certificate } = winner.holder
    const entry = { ...opening, key }
    ledger.push(entry)
    grant.certificate = certificate
    const other = winner.url === left.url ? right.url : left.url
    const holder = await certify({ ...site, route: () => [other] }, key, grant)
    await certify(site, key, await configure(site, entry, holder))
  }
  return won.length
}
