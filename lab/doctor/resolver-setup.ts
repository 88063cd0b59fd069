/**
 * How a system can be made to send the queries for the lab's domain to the lab's DNS server, and how to undo it. This is optional:
 * `npm run lab -- browser` works without it. Each system has its own way. The commands are printed, not run.
 *
 * Read beside: resolved.conf(5) (`DNS=` takes address:port, `Domains=~` routes one domain), macOS resolver(5), Windows NRPT
 * Pure: values in, command lines out.
 */
import { ZONE } from '#shared/network-map.ts'
import type { Platform } from '../platform.ts'

export interface ResolverSetup {
  readonly title: { readonly portuguese: string; readonly english: string }
  /** Command lines, each as it can be typed. */
  readonly set: readonly string[]
  readonly undo: readonly string[]
}

/** @param server where the lab's DNS server answers; on Windows and macOS that is 127.0.0.1:5300 of Docker Compose */
export function resolverSetup(
  platform: Platform,
  server: { readonly address: string; readonly port: number },
  systemdResolved: boolean,
): ResolverSetup {
  if (platform === 'darwin') return onMac(server)
  if (platform === 'win32' || platform === 'wsl') return onWindows(platform)
  return systemdResolved ? withSystemdResolved(server) : withoutIt(server)
}

/** The other systems of a class, for a lab that Docker publishes on 127.0.0.1:5300. */
export function otherSetups(platform: Platform): ResolverSetup[] {
  const published = { address: '127.0.0.1', port: 5300 }
  const others = (['linux', 'darwin', 'win32'] as const).filter(
    other => other !== platform && !(platform === 'wsl' && other === 'win32'),
  )
  return others.map(other => resolverSetup(other, published, true))
}

function withSystemdResolved({ address, port }: { address: string; port: number }): ResolverSetup {
  const file = '/etc/systemd/resolved.conf.d/meutrabalho.conf'
  return {
    title: {
      portuguese: `fazer o systemd-resolved perguntar ao laboratório só por ${ZONE}`,
      english: `have systemd-resolved ask the lab for ${ZONE} alone`,
    },
    set: [
      'sudo mkdir -p /etc/systemd/resolved.conf.d',
      `printf '[Resolve]\\nDNS=${address}:${port}\\nDomains=~${ZONE}\\n' | sudo tee ${file}`,
      'sudo systemctl restart systemd-resolved',
      `resolvectl query www.${ZONE}`,
    ],
    undo: [`sudo rm ${file}`, 'sudo systemctl restart systemd-resolved'],
  }
}

/** glibc has no per-domain servers, and resolv.conf(5) no ports: dnsmasq has both. */
function withoutIt({ address, port }: { address: string; port: number }): ResolverSetup {
  return {
    title: {
      portuguese: `este sistema não tem um servidor DNS por domínio; pergunte ao laboratório com dig, ou use dnsmasq só para ${ZONE}`,
      english: `this system has no DNS server for one domain alone; ask the lab with dig, or use dnsmasq for ${ZONE} alone`,
    },
    set: [`dig @${address} -p ${port} www.${ZONE}`, `dnsmasq --no-daemon --server=/${ZONE}/${address}#${port}`],
    undo: [],
  }
}

function onMac({ address, port }: { address: string; port: number }): ResolverSetup {
  const file = `/etc/resolver/${ZONE}`
  return {
    title: {
      portuguese: `fazer o macOS perguntar ao laboratório só por ${ZONE}`,
      english: `have macOS ask the lab for ${ZONE} alone`,
    },
    set: [
      'sudo mkdir -p /etc/resolver',
      `printf 'nameserver ${address}\\nport ${port}\\n' | sudo tee ${file}`,
      'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder',
      `dscacheutil -q host -a name www.${ZONE}`,
    ],
    undo: [`sudo rm ${file}`],
  }
}

/** A rule of the NRPT has no port, and the answers are addresses that Windows cannot reach: SOCKS5 is the way there. */
function onWindows(platform: Platform): ResolverSetup {
  return {
    title: {
      portuguese:
        'no Windows, use o navegador do laboratório. Uma regra de DNS (NRPT) não tem porta: ela serve só para um servidor DNS na porta 53 de 127.0.0.1 (PowerShell como administrador)',
      english:
        "on Windows, use the lab's browser. A DNS rule (NRPT) has no port: it is for a DNS server on port 53 of 127.0.0.1 only (PowerShell as administrator)",
    },
    set: [
      platform === 'wsl' ? 'npm run lab -- browser' : 'node lab/command.ts browser',
      `Add-DnsClientNrptRule -Namespace ".${ZONE}" -NameServers "127.0.0.1"`,
      'Clear-DnsClientCache',
      `Resolve-DnsName www.${ZONE}`,
    ],
    undo: [`Get-DnsClientNrptRule | Where-Object Namespace -eq ".${ZONE}" | Remove-DnsClientNrptRule -Force`],
  }
}

/** The three caches that hide round robin, and how to empty those that can be emptied. */
export function cacheAdvice(platform: Platform, systemdResolved: boolean): string[] {
  const system = {
    linux: systemdResolved ? 'resolvectl flush-caches' : undefined,
    wsl: 'ipconfig.exe /flushdns',
    darwin: 'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder',
    win32: 'ipconfig /flushdns',
  }[platform]
  return [
    ...(system === undefined ? [] : [system]),
    'chrome://net-internals/#dns     Clear host cache',
    'chrome://net-internals/#sockets Flush socket pools',
  ]
}
