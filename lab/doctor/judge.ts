/**
 * The problems of the first hour, one rule each: from facts to a finding that says what to do, in Portuguese and English.
 *
 * Read beside: facts.ts, judge-network.ts (ports, Docker, DNS), ../commands/doctor.ts
 * Pure: facts in, findings out.
 */
import { type DoctorFacts, type DoctorFinding, finding } from './facts.ts'
import { docker, network, ports, proxyVariables, resolver } from './judge-network.ts'

type DoctorRule = (facts: DoctorFacts) => DoctorFinding | undefined

/** In the order in which they are printed: what stops a start comes first. */
const RULES: readonly DoctorRule[] = [
  system,
  packages,
  packageManager,
  folder,
  disk,
  clock,
  ports,
  lowPorts,
  proxyVariables,
  resolver,
  docker,
  network,
]

/** One finding for each thing that was looked at on this system, also where all is well. */
export function judge(facts: DoctorFacts): DoctorFinding[] {
  return RULES.flatMap(rule => rule(facts) ?? [])
}

/** 1 when something has to be mended first. */
export function exitCode(findings: readonly DoctorFinding[]): number {
  return findings.some(({ level }) => level === 'problem') ? 1 : 0
}

function system({ platform, node }: DoctorFacts): DoctorFinding {
  const name = { linux: 'Linux', wsl: 'Windows (WSL)', darwin: 'macOS', win32: 'Windows' }[platform]
  if (platform === 'linux' || platform === 'wsl')
    return finding('system', 'ok', `${name}, Node ${node}: use npm start`, `${name}, Node ${node}: use npm start`, [
      'npm start',
    ])
  return finding(
    'system',
    'ok',
    `${name}, Node ${node}: o laboratório roda com o Docker`,
    `${name}, Node ${node}: the lab runs with Docker`,
    platform === 'win32' ? ['docker compose up --build', 'wsl --install -d Debian'] : ['docker compose up --build'],
  )
}

function packages({ platform, missing, root }: DoctorFacts): DoctorFinding | undefined {
  if (platform === 'darwin' || platform === 'win32') return undefined
  if (missing.length === 0)
    return finding('packages', 'ok', 'nada falta do sistema', 'nothing is missing from the system')
  const sudo = root ? '' : 'sudo '
  const names = missing.map(({ program }) => program).join(', ')
  const debianPackages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' ')
  return finding(
    'packages',
    root ? 'warning' : 'problem',
    `faltam programas: ${names}${root ? ' (npm start instala)' : ''}`,
    `missing programs: ${names}${root ? ' (npm start installs them)' : ''}`,
    [`${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${debianPackages}`],
  )
}

function packageManager({ platform, packageManagers }: DoctorFacts): DoctorFinding | undefined {
  if (platform !== 'linux' && platform !== 'wsl') return undefined
  if (packageManagers.length === 0)
    return finding('package-manager', 'ok', 'o gerenciador de pacotes está livre', 'the package manager is free')
  const names = packageManagers.join(', ')
  return finding(
    'package-manager',
    'warning',
    `o gerenciador de pacotes está ocupado (${names}); espere alguns minutos: é comum logo depois de ligar o Ubuntu`,
    `the package manager is busy (${names}); wait a few minutes: usual just after Ubuntu has started`,
  )
}

function folder({ platform, folder }: DoctorFacts): DoctorFinding | undefined {
  if (platform !== 'wsl') return undefined
  if (!/^\/mnt\/[a-z]\//.test(folder))
    return finding('folder', 'ok', 'a pasta está no disco do Linux', 'the folder is on the disk of Linux')
  return finding(
    'folder',
    'warning',
    `a pasta está no disco do Windows (${folder}): lenta, e sem sockets Unix; copie o projeto para a sua pasta do Linux`,
    `the folder is on the disk of Windows (${folder}): slow, and without Unix sockets; copy the project to your Linux home`,
    [`cp -r '${folder.replaceAll("'", `'\\''`)}' ~/`],
  )
}

const MEGABYTES_NEEDED = 1_000

function disk({ freeMegabytes }: DoctorFacts): DoctorFinding {
  if (freeMegabytes >= MEGABYTES_NEEDED)
    return finding('disk', 'ok', `${freeMegabytes} MB livres no disco`, `${freeMegabytes} MB free on the disk`)
  return finding(
    'disk',
    'problem',
    `o disco tem só ${freeMegabytes} MB livres; são necessários ${MEGABYTES_NEEDED} MB`,
    `the disk has only ${freeMegabytes} MB left; ${MEGABYTES_NEEDED} MB are needed`,
  )
}

const DAY_MS = 86_400_000

/** A clock that is behind makes certificates invalid, and so npm and git fail; MariaDB's timestamps end in 2038. */
function clock({ now, newestFile, platform }: DoctorFacts): DoctorFinding {
  const shown = new Date(now).toISOString()
  const behind = now < newestFile - DAY_MS
  if (!behind && new Date(now).getUTCFullYear() < 2038)
    return finding('clock', 'ok', `o relógio marca ${shown}`, `the clock shows ${shown}`)
  const mend = { linux: ['sudo timedatectl set-ntp true'], wsl: ['wsl --shutdown'], darwin: [], win32: [] }[platform]
  return finding(
    'clock',
    'problem',
    `o relógio marca ${shown}, ${behind ? 'antes dos arquivos deste projeto' : 'depois do fim do TIMESTAMP (2038)'}; acerte-o`,
    `the clock shows ${shown}, ${behind ? 'earlier than the files of this project' : 'after the end of TIMESTAMP (2038)'}; set it right`,
    mend,
  )
}

function lowPorts({ platform, lowestPort }: DoctorFacts): DoctorFinding | undefined {
  if (platform === 'darwin' || platform === 'win32') return undefined
  if (lowestPort <= 53)
    return finding('low-ports', 'ok', 'as portas 53 e 80 podem ser usadas', 'ports 53 and 80 may be used')
  return finding(
    'low-ports',
    'ok',
    'sem root, as portas são 5300 (DNS) e 8080 (HTTP): tudo funciona assim',
    'without root, the ports are 5300 (DNS) and 8080 (HTTP): everything works like that',
  )
}
