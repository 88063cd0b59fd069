/**
 * The networks that may copy whole zones. A zone describes the whole network, which is not public by default.
 *
 * Read beside: RFC 5936 §5 (authorization)
 * Pure: an address in, yes or no out.
 */
import { BlockList, isIPv4 } from 'node:net'
import { SettingError } from '#shared/settings.ts'

export type Allowed = (address: string) => boolean

/**
 * Reads a list such as `127.0.0.0/8,172.20.0.0/24`.
 *
 * @param variable the name of the setting, for the error message
 * @throws SettingError when an entry is not an IPv4 network
 */
export function allowList(variable: string, text: string): Allowed {
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
