/**
 * A list of networks in a setting: those that may copy whole zones, those of trusted proxies.
 *
 * Read beside: dns-server/config.ts (ALLOW_TRANSFER), backend/config.ts (TRUSTED_PROXIES)
 * Pure: text in, a predicate of addresses out.
 */
import { BlockList, isIPv4 } from 'node:net'
import { SettingError } from './settings.ts'

/** Whether an address is in one of the networks. */
export type Networks = (address: string) => boolean

/**
 * Reads a list such as `127.0.0.0/8,172.20.0.0/24`.
 *
 * @param variable the name of the setting, for the error message
 * @throws SettingError when an entry is not an IPv4 network
 */
export function readNetworks(variable: string, text: string): Networks {
  const list = new BlockList()
  for (const entry of text.split(',').map(entry => entry.trim())) {
    if (entry === '' || entry === 'none') continue
    const [network = '', bits = '32', ...more] = entry.split('/')
    if (!isIPv4(network) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || more.length > 0) {
      throw new SettingError(
        variable,
        text,
        `${JSON.stringify(entry)} não é uma rede; escreva como em 127.0.0.0/8,172.20.0.0/24, ou none · ${JSON.stringify(entry)} is not a network; write it as in 127.0.0.0/8,172.20.0.0/24, or none`,
      )
    }
    list.addSubnet(network, Number(bits), 'ipv4')
  }
  return address => isIPv4(address) && list.check(address, 'ipv4')
}
