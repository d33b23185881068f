import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDevice, profileRequest } from '../device.ts'
import { dialects } from '../dialect.ts'
import { readOffer } from './message.ts'
import { playSequences } from './phases.ts'
import { ORIGIN } from './play.ts'
import { openStage } from './stage.ts'

/** Every kind of refusal, each many times in a run: none can get lost unseen. */
const REFUSALS = [
  '403',
  '409',
  '400 asn1',
  '400 cms_message_digest',
  '400 cms_signature',
  '400 cms_signer_certificate',
  '400 cms_signer_count',
  '403 account_disabled',
  '403 certificate_wrong_purpose',
  '403 challenge_expired',
  '403 challenge_missing',
  '403 challenge_spent',
  '403 challenge_unknown',
  '403 device_mismatch',
  '403 enrollment_state',
  '403 os_too_old',
  '403 signer_untrusted',
  'badAlg: the key is not accepted',
  'badMessageCheck: the content is not the one that was signed',
  'badMessageCheck: the request cannot be read',
  'badMessageCheck: the signature is not good',
  "badMessageCheck: the signer's certificate is missing",
  'badRequest: a challenge is needed',
  'badRequest: the challenge has expired',
  'badRequest: the challenge is not known here',
  'badRequest: the challenge was used with another key',
  'badRequest: unknown messageType',
]

const PROPERTY =
  'only the legal path delivers a profile, and honest messages finish whatever neither policy nor time has ended'

// WINDFALL_MODEL=seed:path repeats the failure that was reported with this seed and this path.
const [, seed, path] = /^(-?\d+):([\d:]+)$/.exec(process.env['WINDFALL_MODEL'] ?? '') ?? []

const SEQUENCES = 400
const SEEDS = [1, 2, 3, 4, 5]

for (const each of path === undefined ? SEEDS : []) {
  test(`${SEQUENCES} sequences of messages and faults, of three devices of two people, seed ${each}: ${PROPERTY} [security O3 O2 S1 S5]`, async () => {
    const { outcomes, delivered, finished } = await playSequences({
      sequences: SEQUENCES,
      seed: each,
    })
    assert.deepEqual(
      REFUSALS.filter((outcome) => !outcomes.has(outcome)),
      [],
    )
    // They went deep enough to mean something.
    assert(delivered > SEQUENCES / 4 && finished > SEQUENCES)
  })
}

const [, postgres] = dialects

test(`100 sequences on PostgreSQL: ${PROPERTY} [security O3 O2 S1 S5]`, {
  skip: postgres?.skip ?? 'no PostgreSQL',
}, async () => {
  assert(postgres !== undefined)
  await using place = await postgres.create()
  const { location } = place
  const { finished } = await playSequences({ sequences: 100, seed: 6, location })
  assert(finished > 100)
})

if (path !== undefined) {
  test('the sequence of a reported failure', async () => {
    await playSequences({ sequences: 1000, seed: Number(seed), path })
  })
}

for (const dialect of dialects) {
  test(`a person who taps twice gets two profiles, and the device may begin with either (${dialect.name}) [security O2]`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using stage = await openStage({ location: place.location })
    const { accounts, enrollment, access } = stage.server.app.core.services
    const [account] = await accounts.list({ limit: 100 })
    assert(account !== undefined)
    const session = await access.createPortalSession(await enrollment.begin(account, ORIGIN), 60)
    const headers = { cookie: `__Host-windfall-enroll=${session.secret}` }

    const download = () => stage.send({ path: '/enroll/profile', headers })
    const [first, second] = await Promise.all([download(), download()])

    assert.deepEqual([first.status, second.status], [200, 200])
    const secrets = new Set([first, second].map(readOffer))
    assert.equal(secrets.size, 2)
    const [CHALLENGE] = secrets
    const body = profileRequest(makeDevice(stage.server), { changes: { CHALLENGE } })
    assert.equal((await stage.send({ method: 'POST', path: '/profile', body })).status, 200)
  })
}
