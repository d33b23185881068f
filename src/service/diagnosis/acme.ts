import type { Clock } from '../../model/index.ts'
import type { AcmeService, AcmeStatus } from '../acme/index.ts'
import type { Finding } from './finding.ts'

const NAME = 'ACME'
const FIX =
  'Let the CA reach port 80 of the host (acme.httpListen); what it complains of and the next try are above.'

/** How getting certificates from the ACME CA goes. */
export const lookAtAcme = async (acme: AcmeService, clock: Clock): Promise<Finding> => {
  try {
    return judge(await acme.status(), clock.now())
  } catch {
    const fix = 'See what is said of the database and the keys.'
    return { name: NAME, state: 'failed', seen: 'its state cannot be read', fix }
  }
}

const judge = ({ directoryUrl, host, schedule, notAfter }: AcmeStatus, now: number): Finding => {
  const ca = new URL(directoryUrl).host
  const isGood = notAfter !== undefined && notAfter > now
  const held = isGood
    ? `the certificate for ${host} is good until ${minuteOf(notAfter)}`
    : `there is no certificate for ${host}`
  const { lastSuccessAt = null, lastFailure = null, failures = 0, nextAt = now } = schedule ?? {}
  const success = lastSuccessAt === null ? '' : `, issued on ${minuteOf(lastSuccessAt)}`
  if (failures > 0 && lastFailure !== null) {
    const { at, code, detail } = lastFailure
    const failure = `${ca} has failed ${failures} times, on ${minuteOf(at)} with ${code} (${detail})`
    const seen = `${held}${success}; ${failure}; the next try is on ${minuteOf(nextAt)}`
    return { name: NAME, state: isGood ? 'warning' : 'failed', seen, fix: FIX }
  }
  if (isGood) return { name: NAME, state: 'ok', seen: `${held}${success} by ${ca}`, fix: null }
  return {
    name: NAME,
    state: 'warning',
    seen: `${held}; ${ca} is being asked`,
    fix: 'Wait a minute.',
  }
}

const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`
