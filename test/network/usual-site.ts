/**
 * The usual build of the assignment on the same bridge: BIND, nginx, Express, Redis and MySQL, at the same addresses.
 *
 * Read beside: lab-on-bridge.ts, peers/express-backend.ts, peers/edge-proxies.ts, docs/in-bind-nginx-express.md
 * Touches the world: starts and ends these programs.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Host, hostNamed, hostsOf, ZONE } from '#shared/network-map.ts'
import { Child } from '../../lab/child.ts'
import { accepts, type EdgeProgram } from '../../peers/edge-proxies.ts'
import { BRIDGE_MAP, within } from './bridge.ts'

/** How each program of the site is started. @param folder of this host alone, for its files */
function usualCommand(
  host: Host,
  edge: EdgeProgram,
  folder: string,
): { command: string[]; env: Record<string, string> } {
  mkdirSync(folder, { recursive: true })
  if (host.role === 'backend') {
    const env = { ADDRESS: host.address, SERVER_NAME: `Servidor ${host.ordinal}`, NODE_ENV: 'production' }
    return { command: [process.execPath, 'peers/express-backend.ts'], env }
  }
  if (host.role === 'frontend') {
    const backends = hostsOf(BRIDGE_MAP, 'backend').filter(({ spare }) => !spare)
    return { command: edge.command(host, backends, folder), env: edge.env?.(host, backends, folder) ?? {} }
  }
  const file = join(folder, 'named.conf')
  writeFileSync(file, namedConf(host, folder))
  return { command: ['named', '-f', '-u', 'root', '-n', '1', '-c', file], env: {} }
}

/** Both name servers are primaries of the same file: a transfer is not what is compared. */
function namedConf({ address }: Host, folder: string): string {
  const zones = join(import.meta.dirname, '../../dns-server/zones')
  return `options {
  directory "${folder}"; listen-on { ${address}; }; listen-on-v6 { none; };
  pid-file none; session-keyfile none; recursion no; rrset-order { order cyclic; };
};
controls { };
zone "${ZONE}" { type primary; file "${zones}/db.${ZONE}"; };
`
}

/** Starts one program and waits until it accepts connections. */
export async function startUsual(
  name: string,
  edge: EdgeProgram,
  folder: string,
  onChild: (child: Child) => void,
): Promise<void> {
  const host = hostNamed(BRIDGE_MAP, name)
  const { command, env } = usualCommand(host, edge, join(folder, name))
  const child = Child.start({
    name,
    command: [...within(name), ...command],
    env: { ...env, PATH: `${process.env.PATH}:/usr/sbin` },
    logFile: join(folder, 'logs', `${name}.log`),
  })
  onChild(child)
  while (!(await accepts(host.address, host.port))) {
    if (!child.running) throw new Error(`${name} ended: ${child.why()}`)
    await pause(20)
  }
}
