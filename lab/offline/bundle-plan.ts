/**
 * What a bundle contains: the project, the npm packages that the lab runs with, and the Debian packages of one system.
 *
 * Read beside: bundle.ts (which makes it), ../setup/packages.sh (which uses it)
 * Pure: names in, names out.
 */

/** What the system has to bring for the lab, and for the commands of the lessons. ../setup/packages.sh looks for the same. */
export const SYSTEM_PACKAGES = [
  'libatomic1',
  'mariadb-server-core',
  'mariadb-client-core',
  'redis-tools',
  'bind9-dnsutils',
  'curl',
]

/** For `npm start -- --ha`. Only single files of these are used, so that the packages they depend on are not included. */
export const HA_PACKAGES = ['galera-4', 'mariadb-backup', 'mariadb-server', 'socat', 'libwrap0']

/** Essential packages: with all that they depend on, they are on every Debian and Ubuntu (Debian Policy §3.8). */
export const BASE_PACKAGES = [
  'bash',
  'coreutils',
  'dpkg',
  'init-system-helpers',
  'login',
  'perl-base',
  'tar',
  'util-linux',
]

/** Entries of the project's folder that a bundle leaves out: history, data, work of students, what npm installed, other bundles. */
export function belongsToProject(name: string): boolean {
  return !/^(\.git|\.lab.*|\.tap|node_modules|exercises|.*\.log|.*\.tar(\..*)?)$/.test(name)
}

interface LockedPackage {
  readonly dev?: true
  readonly bin?: Readonly<Record<string, string>>
}

/**
 * The folders and links in node_modules that the lab runs with; those of tests and benchmarks are left out.
 *
 * @param lock package-lock.json, version 3
 */
export function npmPaths(lock: { readonly packages: Readonly<Record<string, LockedPackage>> }): string[] {
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path.lastIndexOf('node_modules/') === 0 && !dev)
    .flatMap(([path, { bin }]) => [path, ...Object.keys(bin ?? {}).map(name => `node_modules/.bin/${name}`)])
}

/** The packages that apt-get would install, from what it prints with `--simulate`: `Inst curl (7.88.1 Debian:12 [amd64])`. */
export function simulatedPackages(printed: string): string[] {
  return [...printed.matchAll(/^Inst (\S+) /gm)].map(([, name = '']) => name)
}
