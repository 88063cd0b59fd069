/**
 * The host that a record names, for the additional section and for the check of zone files.
 *
 * Read beside: ../answer/additional.ts, ../zone/targets.ts
 * Pure: rdata in, a name out.
 */
import { TYPE } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { HostName, Mx, Ns, Rdata, Srv, Svcb } from './layouts.ts'

/** Types with a field `host` whose addresses belong in the additional section (RFC 1035 §3.3, RFC 1183 §1 and §3.3, RFC 2230 §3). */
const ADDITIONAL_HOST: readonly number[] = [TYPE.MB, TYPE.AFSDB, TYPE.RT, TYPE.KX]

/** The host whose addresses the client needs next, for types that name one (RFC 1035 §3.3: "additional section processing"). */
export function targetOf(type: number, data: Rdata): Name | undefined {
  if (type === TYPE.NS) return (data as Ns).nsdname
  if (type === TYPE.MX) return (data as Mx).exchange
  if (ADDITIONAL_HOST.includes(type)) return (data as HostName).host
  if (type === TYPE.SRV || type === TYPE.SVCB || type === TYPE.HTTPS) return (data as Srv | Svcb).target
  return undefined
}
