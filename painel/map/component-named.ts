/**
 * The components that the painel shows and acts on: all that a program exists for, except the painel itself.
 *
 * Read beside: lab-map.ts, ../routes/act.ts
 * Pure: a name in, a host out.
 */
import { type Host, hostNamed, type NetworkMap } from '#shared/network-map.ts'
import { Refusal } from '../../backend/refusal.ts'

/** @throws Refusal 404 that lists the components there are */
export function componentNamed(map: NetworkMap, name: string): Host {
  const names = map.hosts.filter(({ planned, role }) => !planned && role !== 'painel').map(({ name }) => name)
  if (names.includes(name)) return hostNamed(map, name)
  throw new Refusal(404, `there is no component ${JSON.stringify(name)}; there are ${names.join(', ')}`)
}
