/**
 * Makes a bundle: one archive from which the lab runs on a computer without a network, and without root.
 *
 * Read beside: bundle-plan.ts (what is in it), enter.sh, ../setup/packages.sh (`use_bundle`)
 * Touches the world: runs apt-get (which downloads) and tar; writes the archive.
 */
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  BASE_PACKAGES,
  belongsToProject,
  HA_PACKAGES,
  npmPaths,
  SYSTEM_PACKAGES,
  simulatedPackages,
} from './bundle-plan.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Of the project's folder in the archive. */
const FOLDER = 'meutrabalho-lab'
const PACKAGES = 'lab/offline/packages'
/** The copy of the lock file by which ../setup/npm.sh sees that the packages are complete. */
const STAMP = 'node_modules/.package-lock.json.run'

const run = promisify(execFile)

/** `meutrabalho-lab-1.1.0-bookworm-amd64.tar.gz` */
export async function bundleName(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return [FOLDER, version, ...(await thisSystem()).split(' ')].join('-').concat('.tar.gz')
}

/** `bookworm amd64`: the packages of one release run on that release, and on those made from it (Linux Mint). */
async function thisSystem(): Promise<string> {
  const { stdout } = await run('sh', ['-c', '. ./lab/setup/packages.sh; this_system'], { cwd: ROOT })
  return stdout.trim()
}

/**
 * @param file   its ending decides how it is compressed: `.tar`, `.tar.gz`, `.tar.xz`, `.tar.zst`
 * @param note   gets one line for each step
 * @returns the number of Debian packages in it
 */
export async function makeBundle(file: string, note: (line: string) => void): Promise<number> {
  const own = mkdtempSync(join(tmpdir(), 'bundle-'))
  try {
    const names = await systemPackages()
    const all = [...new Set([...names, ...HA_PACKAGES])]
    note(`· ${all.length} pacotes do sistema · packages of the system: apt-get download`)
    const folder = join(own, PACKAGES)
    mkdirSync(folder, { recursive: true })
    await run('apt-get', ['download', '-qq', ...all], { cwd: folder })
    writeFileSync(join(folder, 'system'), `${await thisSystem()}\n`)
    writeFileSync(join(folder, 'names'), `${names.join('\n')}\n`)
    mkdirSync(join(own, 'node_modules'))
    copyFileSync(join(ROOT, 'package-lock.json'), join(own, STAMP))
    note(`· tar: ${file}`)
    writeFileSync(join(own, 'list'), projectPaths(file).join('\n'))
    const archive = ['--create', '--auto-compress', `--file=${resolve(file)}`, `--transform=s,^,${FOLDER}/,S`]
    const ours = ['--owner=0', '--group=0', '--numeric-owner']
    await run('tar', [...archive, ...ours, '-C', ROOT, `--files-from=${join(own, 'list')}`, '-C', own, PACKAGES, STAMP])
    return readdirSync(folder).filter(name => name.endsWith('.deb')).length
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

/** What the lab needs and a bare system lacks, with all that these depend on. Nothing is installed: apt-get only computes it, for an empty system. */
async function systemPackages(): Promise<string[]> {
  const needed = async (names: readonly string[]) => {
    const empty = ['--option=Dir::State::status=/dev/null', '--option=Debug::NoLocking=1']
    const words = ['install', '--simulate', '-qq', '--no-install-recommends', ...empty, ...names]
    return simulatedPackages((await run('apt-get', words)).stdout)
  }
  const [base, all] = await Promise.all([
    needed(BASE_PACKAGES),
    needed([...SYSTEM_PACKAGES, 'mariadb-backup', 'socat']),
  ])
  return all.filter(name => !base.includes(name)).sort()
}

/** The files of the project, and the npm packages it runs with. A package for another kind of computer is not there. */
function projectPaths(file: string): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Parameters<typeof npmPaths>[0]
  const project = readdirSync(ROOT).filter(name => belongsToProject(name) && name !== basename(file))
  return [...project, ...npmPaths(lock).filter(path => existsSync(join(ROOT, path)))]
}
