import assert from 'node:assert/strict'
import { newId } from '../../src/model/index.ts'
import { type Account, insertAccount } from '../../src/store/index.ts'
import type { Answer } from '../request.ts'
import { anAccount } from '../rows.ts'
import type { Cast } from './cast.ts'
import { compose, type Message, type Place } from './compose.ts'
import type { Move, Slot } from './move.ts'
import { expire, isOpen, type Journey, MINUTE, type Model, type Verdict } from './oracle.ts'
import type { Stage } from './stage.ts'

/** Where the messages that are no HTTP requests come from. */
export const ORIGIN = { remoteAddress: '127.0.0.1', userAgent: null }
const SLOTS = [0, 1, 2] as const

/** What the messages of all sequences came to. */
export interface Count {
  readonly outcomes: Map<string, number>
  /** Enrollments that a sequence itself brought to the final profile. */
  delivered: number
  /** Those that honest messages brought there at its end. */
  finished: number
}

/** One sequence of moves against the server, each answer compared with what the model says of it. */
export class Play {
  readonly #stage: Stage
  readonly #cast: Cast
  readonly #accounts: readonly Account[]
  readonly #journeys: Journey[] = []
  readonly #model: Model
  readonly #sent: Message[] = []
  readonly #touched = new Set<Slot>()
  readonly #count: Count

  private constructor(
    stage: Stage,
    cast: Cast,
    { accounts, count }: { readonly accounts: readonly Account[]; readonly count: Count },
  ) {
    const { now } = stage.server.clock
    this.#stage = stage
    this.#cast = cast
    this.#accounts = accounts
    this.#count = count
    this.#model = { journeys: [], challenges: new Map(), disabled: new Set(), now }
  }

  /** Two account holders who have signed in, one of them for two devices. */
  static async begin(stage: Stage, cast: Cast, count: Count): Promise<Play> {
    const accounts = [await addAccount(stage), await addAccount(stage)]
    const play = new Play(stage, cast, { accounts, count })
    for (const slot of SLOTS) await play.#signIn(slot)
    return play
  }

  async perform(move: Move): Promise<void> {
    const { clock, app } = this.#stage.server
    switch (move.kind) {
      case 'wait':
        return clock.advance(move.minutes * MINUTE)
      case 'expire':
        return await this.#expire()
      case 'sign-in':
        return await this.#signIn(move.slot)
      case 'disable': {
        const { id, name } = this.#accountOf(move.slot)
        await app.core.services.accounts.disable(name)
        this.#model.disabled.add(id)
        return
      }
      case 'replay': {
        const message = this.#sent[move.index % this.#sent.length]
        if (message !== undefined) await this.#deliver(message, move.copies)
        return
      }
      default: {
        this.#touched.add(move.slot)
        const message = await compose(this.#placeOf(move.slot), move)
        this.#sent.push(message)
        await this.#deliver(message, 'twist' in move ? (move.twist.copies ?? 1) : 1)
      }
    }
  }

  /**
   * Every enrollment that something happened to comes to its end by honest messages, unless policy or time
   * has ended it: then its account holder signs in anew.
   */
  async finish(): Promise<void> {
    const { journeys } = this.#model
    this.#count.delivered += journeys.filter(({ state }) => state === 'configured').length
    for (const slot of this.#touched) {
      if (this.#journey(slot).state === 'configured') continue
      if (this.#model.disabled.has(this.#accountOf(slot).id)) continue
      if (!isOpen(this.#model, this.#journey(slot))) await this.#signIn(slot)
      while (this.#journey(slot).state !== 'configured') {
        const { state } = this.#journey(slot)
        await this.perform({ kind: 'next', slot, twist: {} })
        if (state !== 'authenticated') assert.notEqual(this.#journey(slot).state, state)
      }
      this.#count.finished++
    }
  }

  /** The server knows what the model knows; and for no challenge there are two certificates. */
  async check(): Promise<void> {
    const { db } = this.#stage
    const { journeys } = this.#model
    const ids = journeys.map(({ id }) => id)
    const rows = await db
      .selectFrom('enrollment')
      .select(['id', 'state'])
      .where('id', 'in', ids)
      .execute()
    const states = new Map(rows.map(({ id, state }) => [id, state]))
    for (const { id, state } of journeys) assert.equal(states.get(id), state)

    const certificates = await db
      .selectFrom('certificate')
      .select(['challenge_id', 'signature'])
      .where('enrollment_id', 'in', ids)
      .execute()
    const spent = [...this.#model.challenges.values()].filter(({ issued }) => issued !== undefined)
    assert.equal(certificates.length, spent.length)
    assert.equal(new Set(certificates.map((row) => row.challenge_id)).size, spent.length)
    assert(certificates.every(({ signature }) => signature !== null))
  }

  /** Time passes until nothing is open any more. */
  async end(): Promise<void> {
    this.#stage.server.clock.advance(61 * MINUTE)
    await this.#expire()
    await this.check()
  }

  #placeOf(slot: Slot): Place {
    const neighbour = this.#journeys[(slot + 1) % SLOTS.length] ?? assert.fail()
    const journey = this.#journey(slot)
    return { stage: this.#stage, cast: this.#cast, model: this.#model, slot, journey, neighbour }
  }

  #journey(slot: Slot): Journey {
    return this.#journeys[slot] ?? assert.fail()
  }

  #accountOf(slot: Slot): Account {
    return this.#accounts[slot % 2] ?? assert.fail()
  }

  async #signIn(slot: Slot): Promise<void> {
    const { enrollment, access } = this.#stage.server.app.core.services
    const account = this.#accountOf(slot)
    const id = await enrollment.begin(account, ORIGIN)
    const session = await access.createPortalSession(id, 60)
    const journey: Journey = {
      id,
      account: account.id,
      session,
      state: 'authenticated',
      expiresAt: session.expiresAt,
      offered: [],
      service: [],
    }
    this.#journeys[slot] = journey
    this.#model.journeys.push(journey)
  }

  async #expire(): Promise<void> {
    const { enrollment } = this.#stage.server.app.core.services
    while ((await enrollment.expire()) > 0) {}
    expire(this.#model)
  }

  async #deliver(message: Message, copies: number): Promise<void> {
    const what = `${message.sent.method ?? 'GET'} ${message.sent.path.slice(0, 60)}`
    const answers = await Promise.all(
      Array.from({ length: copies }, () => this.#stage.send(message.sent)),
    )
    const outcomes = answers.map((answer) => ({ answer, outcome: message.read(answer) }))
    for (const { status } of answers) assert(status < 500, `${what}: ${status}`)
    const verdict = message.judge()
    const first = outcomes.findIndex(({ outcome }) => outcome === verdict.outcome)
    const seen = outcomes.map(({ outcome }) => outcome).join(', ')
    assert(first >= 0, `${what}: ${seen}; expected: ${verdict.outcome}`)
    this.#learn(verdict, outcomes.splice(first, 1)[0]?.answer)
    // Of copies that come at once, a later one finds what the first left, or was decided beside it.
    for (const { answer, outcome } of outcomes) {
      const later = message.judge()
      if (outcome === later.outcome) this.#learn(later, answer)
      else assert.equal(outcome, verdict.outcome, `${what}, repeated at once`)
    }
  }

  #learn({ outcome, learn }: Verdict, answer: Answer | undefined): void {
    if (answer === undefined) return
    const { outcomes } = this.#count
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    learn?.(answer)
  }
}

const addAccount = async ({ db, server }: Stage): Promise<Account> => {
  const account = anAccount(newId('account', server.clock.now()))
  await insertAccount(db, account)
  const { passwordHash: _, ...rest } = account
  return { ...rest, disabledAt: null, hasPassword: true }
}
