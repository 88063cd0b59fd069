/**
 * What a person at the terminal reads: the map in force, and things to try, in Portuguese with English beside.
 *
 * Read beside: main.ts, command.ts
 * Pure: facts in, text out.
 */
import { type ApplicationName, applicationsOf, siteOf } from '#shared/applications.ts'
import { ADMIN_PORT, authority, type Host, hostNamed, hostsOf, type NetworkMap, WWW } from '#shared/network-map.ts'
import type { ComponentStatus } from './component-status.ts'
import { type Surroundings, shellWord } from './surroundings.ts'

/**
 * The map and the things to try, after a start.
 *
 * @param published where hosts listen on 127.0.0.1 too, by name: `{ frontend1: '127.0.0.1:8081' }`
 * @param running the applications that were started with the lab
 */
export function guide(
  map: NetworkMap,
  { wsl, behindProxy, folder, variables }: Surroundings,
  published: Readonly<Record<string, string>>,
  running: readonly ApplicationName[] = [],
): string {
  const dns = hostNamed(map, 'ns1')
  const edges = hostsOf(map, 'frontend')
  const [edge = dns] = edges
  const painel = hostNamed(map, 'painel')
  const dig = `dig @${dns.address}${dns.port === 53 ? '' : ` -p ${dns.port}`} ${WWW}`
  // The cookie belongs to the name, so curl gets the name, and the address to connect to.
  const curl = (to: Host) => `curl -s ${behindProxy ? "--noproxy '*' " : ''}--connect-to ::${to.address}:${to.port}`
  const cookies = shellWord(`${folder}/sid`)
  const login = `-c ${cookies} -H 'Content-Type: application/json' -d '{"username":"ana","password":"ana-no-laboratorio"}'`
  const inWindows = published[edge.name]?.replace('127.0.0.1', 'localhost')
  const page =
    wsl && inWindows
      ? `http://${inWindows}/   no navegador do Windows · in a browser of Windows`
      : `http://${authority(edge)}/   no navegador · in a browser`
  const panel = (wsl && published.painel?.replace('127.0.0.1', 'localhost')) || authority(painel)
  const also = Object.entries(published).map(([name, place]) => `${name} ${place}`)
  const lab = `${variables}npm run lab --`
  return `
 Mapa da rede · network map
   DNS        ${place(dns)}  (udp, tcp)
   edges      ${edges.map(place).join('  ')}
   backends   ${hostsOf(map, 'backend').slice(0, 3).map(place).join('  ')}
   Redis      ${place(hostNamed(map, 'redis'))}
   MySQL      ${place(hostNamed(map, 'mysql'))}
   SOCKS5     ${place(hostNamed(map, 'socks'))}  (nomes do laboratório · names of the lab)
   painel     ${place(painel)}
${applicationLines(map, lab, running)}   admin      ${dns.address}:${ADMIN_PORT} … (cada componente · every component: /status /metrics /events)
   localhost  ${also.join('  ') || 'nada: as portas estão em uso · nothing: the ports are in use'}

 Experimente · Try
   http://${panel}/   o painel: o mapa ao vivo e cada salto de uma requisição · the live map, and every hop of a request
   ${lab} try        os experimentos do README, com estes endereços e portas · the experiments of the README, with these addresses and ports
   ${dig}
       três endereços, em rodízio a cada consulta · three addresses, in rotation at each query
   ${lab} browser
       um navegador em que http://${WWW}/ é o laboratório · a browser in which that name is the lab
   ${page}
       usuários · users: ana / ana-no-laboratorio, bruno / bruno-no-laboratorio
   ${curl(edge)} ${login} http://${WWW}/login
   ${curl(edges[1] ?? edge)} -b ${cookies} http://${WWW}/perfil
       o login em um frontend vale em outro · a login at one frontend is valid at another
   ${lab} stop backend2     (status | stop NOME | start NOME | reset | down)
       desligue uma máquina; alguém nota? · switch a machine off; does a user notice?
`
}

/** One line for each application: its name in DNS, and the command that starts it. */
function applicationLines(map: NetworkMap, lab: string, running: readonly ApplicationName[]): string {
  const lines = applicationsOf(map).map(({ name }) => {
    const state = running.includes(name) ? 'no ar · running' : `liga com · is started by: ${lab} start ${name}`
    return `   ${name.padEnd(10)} http://${siteOf(name)}/   ${state}\n`
  })
  return lines.join('')
}

/** The table of `npm run lab -- status`. */
export function statusTable(components: readonly ComponentStatus[], now: number): string {
  const words = {
    running: 'ligado · on',
    paused: 'pausado · paused',
    starting: 'ligando · starting',
    stopped: 'desligado · off',
    died: 'morto · died',
  }
  const rows = components.map(({ name, title, address, port, state, pid, since }) => [
    name,
    title,
    `${address}:${port}`,
    words[state],
    pid === undefined ? '' : `pid ${pid}`,
    since === 0 ? '' : duration(now - since),
  ])
  const widths = [0, 1, 2, 3, 4, 5].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row => ` ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

/** What a start that takes long is waiting for; undefined while nothing is being started. @param seconds since it began */
export function waitingLine(components: readonly ComponentStatus[], seconds: number): string | undefined {
  const names = components.filter(({ state }) => state === 'starting').map(({ name }) => name)
  if (names.length === 0) return undefined
  const ready = components.filter(({ state }) => state === 'running').length
  return `· ${seconds} s, ${ready} prontos · ready; esperando · waiting for ${names.join(', ')}`
}

/** `90 s`, `25 min`, `3 h`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

function place(host: Host): string {
  return `${host.address}:${host.port}`
}
