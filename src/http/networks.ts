import { BlockList, isIPv6, SocketAddress } from 'node:net'
import type { Network } from '../config/index.ts'

/** Networks to look an address up in. */
export interface Networks {
  has(address: string): boolean
}

export const createNetworks = (networks: readonly Network[]): Networks => {
  const list = new BlockList()
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family)
  return {
    has: (text) => {
      const address = toPlainAddress(text)
      return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
    },
  }
}

/** One spelling for each address; an IPv4 address in IPv6's clothes is IPv4. What is no address stays as it is. */
export const toPlainAddress = (text: string): string => {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1]
  if (ipv4 !== undefined) return ipv4
  if (!isIPv6(text) || text.includes('%')) return text
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
