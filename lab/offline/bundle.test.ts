/**
 * A bundle: what belongs to it, and a lab that runs from one on a computer that has no network and none of the programs, nor Node.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../../test/testing/scratch.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { belongsToProject, HA_PACKAGES, npmPaths, simulatedPackages } from './bundle-plan.ts'

t.test('belongsToProject(): neither history, data, work of students nor other bundles', async t => {
  const names = ['.git', '.lab', '.lab-2', '.tap', 'node_modules', 'exercises', 'npm.log', 'x.tar', 'x-1.0.tar.gz']
  t.strictSame(names.filter(belongsToProject), [])
  t.ok(['lab', 'package.json', '.taprc', 'README.md'].every(belongsToProject))
})

t.test('npmPaths(): without the packages of tests and benchmarks; nested packages come with their folder', async t => {
  const packages = {
    '': {},
    'node_modules/a': { bin: { a: 'a.js' } },
    'node_modules/a/node_modules/b': {},
    'node_modules/tap': { dev: true as const },
  }
  t.strictSame(npmPaths({ packages }), ['node_modules/a', 'node_modules/.bin/a'])
})

t.test('simulatedPackages() reads what apt-get prints', async t => {
  t.strictSame(simulatedPackages('Inst libaio1 (0.3 Debian:12 [amd64])\nConf libaio1 (0.3)\nInst curl (7 x)\n'), [
    'libaio1',
    'curl',
  ])
})

/** A package is made from the files that are installed here, so that this test downloads nothing. */
const APT_GET = `#!/bin/sh
set -eu
[ "$1" = download ] || exec /usr/bin/apt-get "$@"
shift
for package; do
  case $package in -*) continue ;; esac
  tree=$(mktemp -d)
  mkdir $tree/DEBIAN
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: test\\nDescription: test\\n' $package >$tree/DEBIAN/control
  cat /var/lib/dpkg/info/$package.list /var/lib/dpkg/info/$package:*.list 2>/dev/null | grep -v '^/usr/share/\\(doc\\|man\\|locale\\|lintian\\)\\|^/etc' | while read -r file; do [ -d "$file" ] || echo "$file"; done |
    tar --create --absolute-names --ignore-failed-read --files-from=- | tar --extract --directory=$tree --transform='s,^/,,'
  dpkg-deb -Znone --build $tree ./\${package}_1_all.deb >/dev/null
  rm -rf $tree
done
`

/** What a student types. Without root the lab uses the high ports. */
const STUDENT = `set -eu
for program in mariadbd redis-check-rdb redis-server dig curl node npm; do ! command -v $program || exit 3; done
. lab/offline/enter.sh
npm start >start.log 2>&1 &
start=$!
until grep -q ^ready start.log; do kill -0 $start || { cat start.log; exit 4; }; sleep 0.05; done
dig +short @127.20.0.5 -p 5300 www.meutrabalho.com.br | sort
curl -s --connect-to ::127.20.0.20:8080 http://www.meutrabalho.com.br/login -d 'username=ana&password=ana-no-laboratorio' -o /dev/null -w '%{http_code}\\n'
npm run -s lab -- dig www.meutrabalho.com.br | grep status
npm test 2>&1 || true
kill $start
wait $start
`

/** A computer without a network, without the packages of the bundle, and without Node and npm: everything else is as here. */
const OTHER_COMPUTER = `set -eu
ip link set lo up
mkdir over && mount -t tmpfs tmpfs over && mkdir over/usr over/work over/dpkg
for package in $(cat meutrabalho-lab/lab/offline/packages/names) ${HA_PACKAGES.join(' ')}; do cat /var/lib/dpkg/info/$package.list /var/lib/dpkg/info/$package:*.list 2>/dev/null || true; done | grep '^/\\(usr\\|lib\\|bin\\|sbin\\)/' >files
mount -t overlay overlay -o lowerdir=/usr,upperdir=over/usr,workdir=over/work /usr
while read -r file; do [ -d "$file" ] || rm -f "$file"; done <files
rm -f /usr/bin/node /usr/bin/npm /usr/local/bin/node /usr/local/bin/npm
mount --bind over/dpkg /var/lib/dpkg
chown -R 65534:65534 meutrabalho-lab
cd meutrabalho-lab
exec setpriv --reuid=65534 --regid=65534 --clear-groups -- sh -c "$0"
`

const namespaces = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
const possible = (words: readonly string[]) => spawnSync(words[0] ?? '', words.slice(1)).status === 0
const skip =
  process.getuid?.() !== 0
    ? 'without root, the programs of this system cannot be hidden'
    : !possible([
          ...namespaces,
          'sh',
          '-ec',
          'mount -t tmpfs t /mnt; mkdir /mnt/u /mnt/w; mount -t overlay o -o lowerdir=/usr,upperdir=/mnt/u,workdir=/mnt/w /usr',
        ])
      ? 'this system allows no network namespace with an overlay'
      : !readdirSync('/var/lib/apt/lists').some(name => name.includes('_Packages'))
        ? 'the lists of the Debian archive are not on this machine (apt-get update)'
        : false

t.test(
  'bundle: the lab runs from it without a network, without root, without installed programs, and without Node',
  { skip },
  async t => {
    const folder = scratch(t)
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/apt-get'), APT_GET, { mode: 0o755 })
    const file = join(folder, 'bundle.tar')
    const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
    const made = new Spawned(t, [process.execPath, 'lab/command.ts', 'bundle', file], { env })
    t.match(await made.ended, { code: 0 }, made.output)
    t.match(made.output, /bundle\.tar: \d+ MB\n.*without a network:\n/)
    t.ok(possible(['tar', '-xf', file, '-C', folder]))
    const computer = new Spawned(
      t,
      [...namespaces, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'sh', '-c', OTHER_COMPUTER, STUDENT],
      { cwd: folder },
    )
    t.match(await computer.ended, { code: 0 }, computer.output)
    t.match(
      computer.output,
      /^127\.20\.0\.20\n127\.20\.0\.21\n127\.20\.0\.22\n303\n;; status: NOERROR.*\n.*only these commands: npm start, npm run lab\n/m,
    )
    t.match(readFileSync(join(folder, 'meutrabalho-lab/start.log'), 'utf8'), 'without installing')
  },
)
