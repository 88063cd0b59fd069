/**
 * The rules about the network: ports in use, proxy variables, the system's resolver, Docker, and 172.20.0.0/24.
 *
 * Read beside: judge.ts (the list of rules), networks.ts
 * Pure: facts in, findings out.
 */
import {
  ADMIN_PORT,
  COMPOSE_PREFIX,
  type Host,
  LOOPBACK_PREFIX,
  networkMap,
  PUBLISHED_PORTS,
  WWW,
} from '#shared/network-map.ts'
import { type DoctorFacts, type DoctorFinding, finding, type Listener } from './facts.ts'
import { overlaps } from './networks.ts'

const PUBLISHED = Object.values(PUBLISHED_PORTS)
const COMPOSE_NETWORK = `${COMPOSE_PREFIX}.0/24`

/** Ports that another program has. Those of a lab that runs here are its own. */
export function ports(facts: DoctorFacts): DoctorFinding {
  const { platform, prefix, lowestPort, lab } = facts
  const foreign = facts.listeners.filter(({ pid }) => !lab.running || (pid !== undefined && !lab.pids.includes(pid)))
  const map = networkMap(prefix, lowestPort <= 53 ? 'low' : 'high')
  const hosts = platform === 'linux' || platform === 'wsl' ? map.hosts.filter(host => !host.planned) : []
  const blocking = foreign.filter(listener => hosts.some(host => blocks(listener, host)))
  if (blocking.length > 0) {
    const places = describe(blocking)
    // A socket for every address is in the way whatever the prefix is.
    const help = blocking.some(({ address }) => address === '*') ? 'LAB_PORTS=high' : 'LAB_PREFIX=127.21.0'
    return finding(
      'ports',
      'problem',
      `outro programa está usando as portas do laboratório: ${places}; encerre-o, ou use outros endereços ou portas`,
      `another program is using the lab's ports: ${places}; end it, or use other addresses or ports`,
      [`${help} npm start`],
    )
  }
  const published = foreign.filter(listener => PUBLISHED.some(port => isAt(listener, '127.0.0.1', port)))
  if (published.length > 0 && !lab.running) {
    const places = describe(published)
    return finding(
      'ports',
      'warning',
      `em uso em 127.0.0.1: ${places}; npm start funciona sem elas, o Docker e o navegador do Windows precisam delas`,
      `in use on 127.0.0.1: ${places}; npm start works without them, Docker and the browser of Windows need them`,
    )
  }
  return finding(
    'ports',
    'ok',
    'as portas do laboratório estão livres, ou são dele',
    "the lab's ports are free, or its own",
  )
}

/** The port of a host, and that of its admin endpoint. Only the DNS servers use UDP. */
function blocks(listener: Listener, { role, address, port }: Host): boolean {
  if (listener.protocol === 'udp') return role === 'dns' && isAt(listener, address, port)
  const hasAdmin = role !== 'mysql' && role !== 'redis'
  return isAt(listener, address, port) || (hasAdmin && isAt(listener, address, ADMIN_PORT))
}

function isAt(listener: Listener, address: string, port: number): boolean {
  return listener.port === port && (listener.address === '*' || listener.address === address)
}

function describe(listeners: readonly Listener[]): string {
  const texts = listeners.map(({ protocol, address, port, program, pid }) => {
    const who = program ?? (pid === undefined ? undefined : `pid ${pid}`)
    return `${address}:${port}/${protocol}${who === undefined ? '' : ` (${who}${program && pid ? `, pid ${pid}` : ''})`}`
  })
  return [...new Set(texts)].join(', ')
}

/** With a proxy set, curl sends the lab's requests there and prints nothing. */
export function proxyVariables({ proxyVariables: variables, prefix, platform }: DoctorFacts): DoctorFinding {
  const proxies = Object.keys(variables).filter(name => !/^no_proxy$/i.test(name))
  const exceptions = Object.entries(variables).find(([name]) => /^no_proxy$/i.test(name))?.[1] ?? ''
  const covered = exceptions.split(',').some(entry => entry.trim() === '*') || exceptions.includes(`${prefix}.0`)
  if (proxies.length === 0 || covered)
    return finding(
      'proxy',
      'ok',
      'nenhum proxy desvia as requisições do laboratório',
      "no proxy diverts the lab's requests",
    )
  return finding(
    'proxy',
    'warning',
    `${proxies.join(', ')}: curl e npm passam por um proxy, que não alcança o laboratório; use curl --noproxy '*', ou uma exceção`,
    `${proxies.join(', ')}: curl and npm use a proxy, which cannot reach the lab; use curl --noproxy '*', or an exception`,
    platform === 'win32'
      ? [`$env:no_proxy = "127.0.0.1,localhost,.meutrabalho.com.br"`]
      : [`export no_proxy=127.0.0.1,localhost,${prefix}.0/24,.meutrabalho.com.br`],
  )
}

/** The system's resolver need not be changed. It is named because it has a cache of its own. */
export function resolver({ platform, systemdResolved, prefix }: DoctorFacts): DoctorFinding {
  const [how, inEnglish] =
    platform === 'linux' && systemdResolved
      ? ['o systemd-resolved (127.0.0.53), com cache', 'systemd-resolved (127.0.0.53), with a cache']
      : ['o sistema', 'the system']
  const server = platform === 'linux' || platform === 'wsl' ? `${prefix}.5` : '127.0.0.1 -p 5300'
  return finding(
    'resolver',
    'ok',
    `nesta máquina, ${how} resolve os nomes e não encontra ${WWW}; o navegador do laboratório não precisa dele`,
    `names are resolved by ${inEnglish}, which cannot find ${WWW}; the lab's browser does not need it`,
    [`dig @${server} ${WWW}`, 'npm run lab -- browser'],
  )
}

export function docker({ docker: facts, platform }: DoctorFacts): DoctorFinding {
  const needed = platform === 'darwin' || platform === 'win32'
  if (facts.running) return finding('docker', 'ok', 'o Docker está funcionando', 'Docker is running')
  if (!needed && !facts.installed)
    return finding('docker', 'ok', 'sem Docker: npm start não precisa dele', 'no Docker: npm start does not need it')
  const level = needed ? 'problem' : 'warning'
  if (!facts.installed)
    return finding('docker', level, 'falta o Docker Desktop', 'Docker Desktop is missing', [
      'https://docs.docker.com/get-started/get-docker/',
    ])
  const start = {
    linux: ['sudo systemctl start docker', 'sudo usermod -aG docker "$USER"'],
    wsl: ['sudo service docker start'],
    darwin: ['open -a Docker'],
    win32: ['Start-Process "C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe"'],
  }[platform]
  return finding(
    'docker',
    level,
    'o Docker está instalado, mas não responde: ligue-o, ou entre no grupo docker',
    'Docker is installed but does not answer: start it, or join the group docker',
    start,
  )
}

/** Compose needs 172.20.0.0/24, and so does the test network. */
export function network({ docker: { networks }, routes, lab }: DoctorFacts): DoctorFinding {
  const others = networks.filter(({ name, subnet }) => !/(^|_)lab$/.test(name) && overlaps(subnet, COMPOSE_NETWORK))
  if (others.length > 0) {
    const names = others.map(({ name, subnet }) => `${name} (${subnet})`).join(', ')
    return finding(
      'network',
      'problem',
      `outra rede do Docker usa ${COMPOSE_NETWORK}: ${names}; desligue aquele projeto e remova a rede`,
      `another Docker network uses ${COMPOSE_NETWORK}: ${names}; stop that project and remove the network`,
      others.map(({ name }) => `docker network rm ${name}`),
    )
  }
  const ours = networks.filter(({ subnet }) => overlaps(subnet, COMPOSE_NETWORK)).map(({ subnet }) => subnet)
  const routed = routes.filter(route => overlaps(route, COMPOSE_NETWORK) && !ours.includes(route))
  if (routed.length > 0 && !lab.running)
    return finding(
      'network',
      'warning',
      `esta máquina já tem uma rota para ${routed.join(', ')} (VPN, máquinas virtuais?): docker compose pode falhar; npm start usa ${LOOPBACK_PREFIX}`,
      `this machine has a route to ${routed.join(', ')} already (VPN, virtual machines?): docker compose may fail; npm start uses ${LOOPBACK_PREFIX}`,
    )
  return finding(
    'network',
    'ok',
    `${COMPOSE_NETWORK} está livre para o Docker`,
    `${COMPOSE_NETWORK} is free for Docker`,
  )
}
