/**
 * A network of one's own for a test: the map under 172.20.0, ports 53 and 80, and a resolv.conf that names the lab's DNS server,
 * so that `dig`, `getent`, `curl` and Chromium find `www.meutrabalho.com.br` as they would find any name.
 *
 * A test file calls {@link inNamespace}; it is then run once more, inside. Nothing has to be cleaned up, and not even a
 * test that is killed leaves more than an empty folder: the kernel ends the processes with the PID namespace, and forgets
 * addresses, files and mounts with the others.
 *
 *   tap ── x.test.ts ── unshare ── sh (process 1 in there) ── x.test.ts, again ── servers, browser
 *
 * Read beside: unshare(1), network_namespaces(7), pid_namespaces(7), user_namespaces(7)
 * Touches the world: namespaces that it makes, as root or through a user namespace.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TAP } from 'tap'
import { COMPOSE_PREFIX, hostNamed, networkMap } from '#shared/network-map.ts'

/** The map inside. */
export const NAMESPACE_MAP = networkMap(COMPOSE_PREFIX, 'low')

/** Tells the second run that it is the one inside. */
export const INSIDE_NAMESPACE = 'LAB_INSIDE_NAMESPACE'

/** Should this process be killed, the kernel kills unshare, and with it everything inside. */
const DIE_WITH_US = ['setpriv', '--pdeathsig', 'KILL', '--']
const PRIVATE = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
const AS_ROOT = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']

/**
 * $1 is an empty folder, which becomes the temporary folder inside; $2 the name server; $3 the addresses; the rest is run.
 * nsswitch.conf is replaced as well: systemd's resolver would be asked through a socket file, past any network namespace.
 */
const SETUP = `
set -e
mount -t tmpfs tmpfs "$1"
echo "nameserver $2" > "$1/resolv.conf"
echo 'hosts: files dns' > "$1/nsswitch.conf"
for file in resolv.conf nsswitch.conf; do mount --bind "$1/$file" "/etc/$file"; done
ip link set lo up
for address in $3; do ip address add "$address" dev lo; done
[ -z "$3" ] || ip route add ${COMPOSE_PREFIX}.0/24 dev lo
export TMPDIR="$1" XDG_CONFIG_HOME="$1" XDG_CACHE_HOME="$1"
shift 3
set +e
"$@"
exit $?
`

/**
 * `map`: every address of the map is an address of this one host. `none`: there is only `lo`, and the test makes its own network
 * (test/network/).
 */
export type NamespaceAddresses = 'map' | 'none'

/**
 * Runs `tests` in a network namespace, as a subtest of this file. Where there can be none they are skipped with the reason,
 * which with CI set is a failure.
 *
 * @param file the test file itself: `import.meta.filename`
 * @param missing a reason of the caller's own not to run, a browser that is not installed for example
 */
export async function inNamespace(
  t: TAP,
  file: string,
  tests: () => void | Promise<void>,
  missing?: string,
  addresses: NamespaceAddresses = 'map',
): Promise<void> {
  if (process.env[INSIDE_NAMESPACE]) return tests()
  const reason = missing ?? whyNoNamespace()
  if (reason !== undefined) {
    if (process.env.CI) t.fail(`in CI this must run: ${reason}`)
    else t.pass('needs a network namespace', { skip: reason })
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'lab-namespace-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const [program = '', ...args] = namespaceCommand(folder, [process.execPath, ...process.execArgv, file], addresses)
  await t.spawn(program, args, { env: { ...process.env, [INSIDE_NAMESPACE]: '1' } }, 'in a network namespace')
}

/** The reason why this machine gives us no namespace; undefined when it does. */
export function whyNoNamespace(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lab-namespace-'))
  const [program = '', ...args] = namespaceCommand(folder, ['true'])
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  if (status === 0) return undefined
  return `no network namespace can be made here: ${error?.message ?? stderr.trim()}${appArmorForbids() ? APPARMOR : ''}`
}

const APPARMOR =
  ' (AppArmor forbids it to users who are not root, as in Ubuntu 24.04; until the next start of the machine it is allowed by: ' +
  'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0)'

/** Whether this system restricts user namespaces by AppArmor, and we would need one. */
function appArmorForbids(): boolean {
  const file = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
  return AS_ROOT.length > 0 && existsSync(file) && readFileSync(file, 'utf8').trim() === '1'
}

/**
 * The command that runs `inside` in new namespaces. The caller sets {@link INSIDE_NAMESPACE} in its environment.
 *
 * @param folder an empty folder, which becomes the temporary folder inside
 */
export function namespaceCommand(
  folder: string,
  inside: readonly string[],
  addresses: NamespaceAddresses = 'map',
): string[] {
  const resolver = hostNamed(NAMESPACE_MAP, 'ns1').address
  const given = addresses === 'map' ? NAMESPACE_MAP.hosts.map(host => host.address).join(' ') : ''
  const setup = ['sh', '-c', SETUP, 'sh', folder, resolver, given]
  return [...DIE_WITH_US, 'unshare', ...AS_ROOT, ...PRIVATE, '--', ...setup, ...inside]
}

/**
 * Pulls a machine's network cable: packets to it are sent and never arrive, so a client that connects to it waits. (When a
 * process is killed, the kernel of its host refuses connections, which is noticed at once. Failing over must cope with both.)
 */
export function unplug(address: string): void {
  execFileSync('ip', ['address', 'del', `${address}/32`, 'dev', 'lo'])
}

export function plugIn(address: string): void {
  execFileSync('ip', ['address', 'add', address, 'dev', 'lo'])
}
