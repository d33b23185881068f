import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Finding } from '../api-client/index.ts'
import { hostOf } from '../config/index.ts'
import { type Certificate, decodeCertificate } from '../protocol/x509/index.ts'
import { findTrustFault, readMachineRoots } from '../sim/index.ts'
import { failed, ok, warning } from './doctor-finding.ts'
import type { ProbeAnswer } from './probe.ts'

const DAY = 86_400_000
const WARN_DAYS = 14
const NAME = 'TLS certificate'

/** The server's certificate and chain as a phone judges them, which fetches no missing intermediate. */
export const lookAtTls = (
  { publicUrl, root }: { readonly publicUrl: string; readonly root: Certificate },
  { chain }: ProbeAnswer,
): Finding => {
  const [leaf] = chain
  if (leaf === undefined) return failed(NAME, 'there is none', 'Serve the public address by TLS.')
  const host = hostOf(publicUrl)
  if (!covers(leaf, host)) {
    return failed(NAME, `it is not for ${host}`, `Get one whose SubjectAltName has ${host}.`)
  }
  const days = Math.floor((leaf.validToDate.getTime() - Date.now()) / DAY)
  const renew = 'Renew it; windfall takes new files into use by itself, proxies by a reload.'
  if (days < 0) return failed(NAME, `it has ended ${-days} days ago`, renew)
  const trust = findTrust(chain, root)
  if (trust.kind === 'none') {
    const seen = `it leads to no root that is trusted (${trust.fault})`
    const fix =
      'Serve the whole chain: the certificate first, then each intermediate. A root of your own must be trusted by this machine and by every phone.'
    return failed(NAME, seen, fix)
  }
  const by =
    trust.kind === 'machine'
      ? 'trusted by this machine'
      : "trusted by windfall's own root only: phones install it from /CA and turn it on first"
  const seen = `good for ${days} days, ${by}`
  return days < WARN_DAYS ? warning(NAME, seen, renew) : ok(NAME, seen)
}

const covers = (leaf: X509Certificate, host: string): boolean =>
  isIP(host) === 0
    ? leaf.checkHost(host, { subject: 'never' }) !== undefined
    : leaf.checkIP(host) !== undefined

type Trust =
  | { readonly kind: 'machine' | 'own' }
  | { readonly kind: 'none'; readonly fault: string }

const findTrust = (chain: readonly X509Certificate[], root: Certificate): Trust => {
  const [leaf, ...bag] = chain.map(({ raw }) => decodeCertificate(raw))
  if (leaf === undefined) return { kind: 'none', fault: 'no_path' }
  const faultUnder = (roots: readonly Certificate[]) =>
    findTrustFault(leaf, { roots, bag, at: Date.now() })
  if (faultUnder([root]) === undefined) return { kind: 'own' }
  const fault = faultUnder(readMachineRoots())
  return fault === undefined ? { kind: 'machine' } : { kind: 'none', fault }
}
