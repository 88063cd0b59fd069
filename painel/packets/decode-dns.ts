/**
 * A DNS message in words, decoded twice: by the dns2 library, whose values are shown, and by the lab's own code, which encoded it. The
 * painel shows where the two disagree.
 *
 * Read beside: dns-values.ts (the two decoders), dns-fields.ts (the octets of each field), RFC 1035 §4.1
 * Pure: octets in, fields out.
 */
import { type DnsField, type DnsValues, dnsFields } from './dns-fields.ts'
import { ownValues, valuesOfDns2 } from './dns-values.ts'

export interface DecodedDns {
  readonly fields: readonly DnsField[]
  /** One sentence for each difference between the two decoders; empty when both agree. */
  readonly disagreements: readonly string[]
}

/** @param hex a whole message, as hexadecimal digits */
export function decodeDns(hex: string): DecodedDns {
  const octets = Buffer.from(hex, 'hex')
  const dns2 = attempt(() => valuesOfDns2(octets))
  const own = attempt(() => ownValues(octets))
  const fields = dnsFields(octets, dns2.values, own.values)
  return { fields, disagreements: [...refusals(dns2.refusal, own.refusal), ...differences(dns2.values, own.values)] }
}

function attempt(read: () => DnsValues): { readonly values: DnsValues; readonly refusal?: string } {
  try {
    return { values: read() }
  } catch (error) {
    return { values: new Map(), refusal: (error as Error).message }
  }
}

/** Both refuse it: then they agree that it is not a DNS message, and both reasons are shown. */
function refusals(dns2: string | undefined, own: string | undefined): string[] {
  return [
    ...(dns2 === undefined ? [] : [`dns2: not a DNS message: ${dns2}`]),
    ...(own === undefined ? [] : [`lab: not a DNS message: ${own}`]),
  ]
}

function differences(dns2: DnsValues, own: DnsValues): string[] {
  if (dns2.size === 0 || own.size === 0) return []
  const paths = [...new Set([...dns2.keys(), ...own.keys()])]
  return paths
    .filter(path => dns2.get(path) !== own.get(path))
    .map(path => `${path}: dns2 ${dns2.get(path) ?? '–'}, lab ${own.get(path) ?? '–'}`)
}
