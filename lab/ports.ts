/**
 * Before anything starts: may we bind the low ports, and is every place on the map free?
 *
 * Read beside: roster.ts; bind(2)
 * Touches the world: binds each address and port for a moment.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import {
  ADMIN_PORT,
  type Host,
  hostNamed,
  networkMap,
  type PortRange,
  PUBLISHED_PORTS,
  prefixOf,
} from '#shared/network-map.ts'

/** An address and port of the map that another program has; the message names both, and what to do. */
export class PlaceTaken extends Error {
  override name = 'PlaceTaken'
}

/** `low` where this process may bind port 53, `high` where the system forbids it (ports below 1024 without root). */
export async function portsWeMayBind(prefix: string): Promise<PortRange> {
  const { address, port } = hostNamed(networkMap(prefix, 'low'), 'ns1')
  const code = await bindUdp(address, port)
  return code === 'EACCES' ? 'high' : 'low'
}

/** @throws PlaceTaken for the first address and port that another program holds */
export async function assertFree(hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) {
    const isOurs = host.role !== 'mysql' && host.role !== 'redis'
    for (const port of isOurs ? [host.port, ADMIN_PORT] : [host.port]) {
      explain(await bindTcp(host.address, port), host, port, 'TCP')
    }
    if (host.role === 'dns') explain(await bindUdp(host.address, host.port), host, host.port, 'UDP')
  }
}

function explain(code: string | undefined, host: Host, port: number, protocol: string): void {
  const place = `${host.address}:${port} (${host.name}, ${protocol})`
  if (code === undefined) return
  if (code === 'EADDRINUSE') {
    const low = port < 1024
    throw new PlaceTaken(
      `${place}: outro programa ou outro laboratório já está usando este endereço e porta (ss -lntup mostra qual); um segundo laboratório usa outros endereços${low ? ', ou portas altas' : ''}` +
        ` · in use by another program or another lab (ss -lntup shows which); a second lab has other addresses${low ? ', or high ports' : ''}: LAB_PREFIX=${nextPrefix(host.address)} npm start` +
        (low ? '; LAB_PORTS=high npm start' : ''),
    )
  }
  if (code === 'EACCES') {
    throw new PlaceTaken(
      `${place}: só root pode usar esta porta; use as portas altas · only root may use this port; use the high ones: LAB_PORTS=high npm start`,
    )
  }
  if (code === 'EADDRNOTAVAIL') {
    throw new PlaceTaken(
      `${place}: este endereço não é desta máquina: LAB_PREFIX começa com 127 e, fora do Linux e do WSL, o caminho é docker compose up` +
        ` · not an address of this machine: LAB_PREFIX begins with 127, and outside Linux and WSL docker compose up is the way`,
    )
  }
  throw new PlaceTaken(`${place}: não pode ser usado · cannot be bound: ${code}`)
}

const PUBLISHED_AT = '127.0.0.1'

/**
 * The hosts that can also be published on 127.0.0.1, where that port is free.
 *
 * @returns by the host's name, where: `{ frontend1: '127.0.0.1:8081' }`
 */
export async function publishable(hosts: readonly Host[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { name, role } of hosts) {
    const port = PUBLISHED_PORTS[name]
    if (port === undefined || (await bindTcp(PUBLISHED_AT, port)) !== undefined) continue
    if (role === 'dns' && (await bindUdp(PUBLISHED_AT, port)) !== undefined) continue
    found[name] = `${PUBLISHED_AT}:${port}`
  }
  return found
}

/** The addresses of the next lab on this machine: `127.21.0` after `127.20.0`. */
function nextPrefix(address: string): string {
  const [first, second, third] = prefixOf(address).split('.')
  return `${first}.${(Number(second) % 254) + 1}.${third}`
}

async function bindTcp(address: string, port: number): Promise<string | undefined> {
  const server = createServer()
  return outcome(once(server.listen(port, address), 'listening'), () => server.close())
}

async function bindUdp(address: string, port: number): Promise<string | undefined> {
  const socket = createSocket('udp4')
  socket.bind(port, address)
  return outcome(once(socket, 'listening'), () => socket.close())
}

/** Undefined when it worked, else the system's error code. */
async function outcome(bound: Promise<unknown>, release: () => void): Promise<string | undefined> {
  try {
    await bound
    release()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}
