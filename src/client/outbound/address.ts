import { BlockList, isIPv6 } from 'node:net'
import type { Network } from '../../config/index.ts'

/** Addresses that count as ours to reach although they are not public. */
export interface Exceptions {
  /** Lower case. Whatever these resolve to counts, as long as it is not one of `NEVER`. */
  readonly names: readonly string[]
  readonly networks: readonly Network[]
}

/** Whether windfall connects to an address that `host`, a name or the address itself, stands for. */
export type AddressRule = (host: string, address: string) => boolean

/** The rule: public addresses, and the exceptions. */
export const createAddressRule = ({ names, networks }: Exceptions): AddressRule => {
  const allowed = new BlockList()
  for (const { family, address, prefix } of networks) allowed.addSubnet(address, prefix, family)
  return (host, address) => {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (NEVER.check(address, family)) return false
    const name = host.toLowerCase().replace(/\.$/, '')
    if (names.includes(name) || allowed.check(address, family)) return true
    return family === 'ipv4' ? !NOT_PUBLIC.check(address, family) : isPublicIpv6(address)
  }
}

const listOf = (...subnets: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/')
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}

// No provider is there: this machine's own network, many at once, and where clouds tell machines their secrets.
// A list of IPv4 also catches ::ffff:0:0/96.
const NEVER = listOf(
  '0.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
)

// https://www.iana.org/assignments/iana-ipv4-special-registry
const NOT_PUBLIC = listOf(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
)

// https://www.iana.org/assignments/iana-ipv6-special-registry: all that is public is in 2000::/3. 6to4 and Teredo
// carry any IPv4 address inside.
const GLOBAL = listOf('2000::/3')
const NOT_GLOBAL = listOf('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20')

const isPublicIpv6 = (address: string): boolean =>
  GLOBAL.check(address, 'ipv6') && !NOT_GLOBAL.check(address, 'ipv6')
