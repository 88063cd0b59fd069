/**
 * What runs before there is a Node 26: the real script, in a folder of its own, with an npm that does as each test needs.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { isAlive } from '../test/testing/processes.ts'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned, unprivileged } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'

/** What the script itself runs, as any Debian has it. */
const SYSTEM =
  'sh awk cat chmod cmp cp cut df dirname basename du env flock grep head id kill ln mkdir mktemp paste perl printf ps rm sed setpriv setsid sleep stat tail touch tr uname unshare node'
/** What it looks for. */
const INSTALLED = 'mariadbd mariadb-install-db redis-server dig curl ip chromium apt-get apt-cache'

const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', dirname(process.execPath)]

interface Machine {
  /** Programs that this machine has in place of the usual ones: name and script. */
  readonly programs?: Readonly<Record<string, string>>
  /** Programs that this machine does not have. */
  readonly without?: readonly string[]
  /** The folder of the clone, inside the scratch folder. */
  readonly folder?: string
}

const INSTALLS = `echo npm "$@" >>npm.log; mkdir -p node_modules/.bin; ln -sf '${process.execPath}' node_modules/.bin/node`
/** apt-cache of an archive that has everything but the given packages. */
const archiveWithout = (...names: string[]) =>
  `[ $# = 2 ] || { echo ' release v=12,a=stable,c=main'; exit; }
   case $2 in ${names.join('|') || '-'}) echo '  Candidate: (none)' ;; *) echo '  Candidate: 1.0' ;; esac`
const ROOT = 'echo 0'
const ORDINARY_USER = 'echo 1000'

/** A clone on which nothing is installed. */
function clone(t: Test, { programs = {}, without = [], folder: name = 'clone' }: Machine) {
  const base = scratch(t)
  chmodSync(base, 0o755)
  const folder = join(base, name)
  const bin = join(base, 'bin')
  for (const path of [bin, join(folder, 'lab'), join(folder, 'test'), join(base, 'tmp')])
    mkdirSync(path, { recursive: true })
  for (const path of ['setup', 'help']) cpSync(join('lab', path), join(folder, 'lab', path), { recursive: true })
  chmodSync(join(base, 'tmp'), 0o1777)
  copyFileSync('lab/setup.sh', join(folder, 'lab/setup.sh'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  for (const program of ['lab/main.ts', 'test/run.ts']) writeFileSync(join(folder, program), 'console.log("up")')
  const stubs = Object.fromEntries(INSTALLED.split(' ').map(program => [program, 'exit 1']))
  for (const [program, script] of Object.entries({ ...stubs, npm: INSTALLS, ...programs })) {
    if (without.includes(program)) continue
    // Never through a link to a program of the system.
    writeFileSync(join(bin, program), `#!/bin/sh\n${script}\n`, { flag: 'wx', mode: 0o755 })
  }
  for (const program of SYSTEM.split(' ')) {
    const place = SYSTEM_FOLDERS.map(place => join(place, program)).find(existsSync)
    if (place && !without.includes(program) && !existsSync(join(bin, program))) symlinkSync(place, join(bin, program))
  }
  const env = { PATH: bin, TMPDIR: join(base, 'tmp'), npm_lifecycle_event: 'check', CI: '', LAB_INSTALL: '' }
  return {
    file: (name: string) => join(folder, name),
    temporary: () => readdirSync(join(base, 'tmp')),
    log: (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''),
    run: (...args: string[]) =>
      new Spawned(t, ['sh', 'lab/setup.sh', ...(args.length > 0 ? args : ['--check'])], { cwd: folder, env }),
    runAs: (wrap: (command: readonly string[]) => string[], ...args: string[]) =>
      new Spawned(t, wrap(['sh', 'lab/setup.sh', ...args]), { cwd: folder, env }),
  }
}

const DONE = { code: 0, signal: null }

t.test('setup.sh installs the npm packages once', async t => {
  const { run, file, log } = clone(t, {})
  for (const _ of ['first', 'second']) t.strictSame(await run().ended, DONE)
  t.match(log('npm.log'), /^npm ci --include=dev [^\n]*\n$/)
  writeFileSync(file('package-lock.json'), '{ "packages": {} }')
  t.strictSame(await run().ended, DONE)
  t.match(
    log('npm.log'),
    /^npm ci .*\nnpm install --no-save --include=dev .*\n$/,
    'and changes them for another lock file',
  )
})

t.test('setup.sh installs what the lab needs for the lab, and adds the rest when tests or checks need it', async t => {
  const { run, log } = clone(t, {})
  for (const _ of ['first', 'second']) t.match(await run('lab/main.ts').ended, DONE)
  t.match(log('npm.log'), /^npm ci --omit=dev .*\n$/)
  for (const program of ['--check', '--test', 'lab/main.ts']) t.match(await run(program).ended, DONE)
  // npm install, and not npm ci: that would remove the Node 26 that a running lab uses.
  t.match(log('npm.log'), /^npm ci .*\nnpm install --no-save --include=dev .*\n$/)
  for (const comparator of ['--dns=dns2', '--edge=http-proxy']) {
    const fresh = clone(t, {})
    t.match(await fresh.run('lab/main.ts', comparator).ended, DONE)
    t.match(fresh.log('npm.log'), /^npm ci --include=dev /, `${comparator} is a development package`)
  }
})

t.test('setup.sh: an npm ci that fails is reported, and repeated the next time', async t => {
  const { run, log } = clone(t, { programs: { npm: `${INSTALLS}; echo 'npm error code EAI_AGAIN' >&2; exit 1` } })
  for (const _ of ['first', 'second']) {
    const setup = run()
    t.match(await setup.ended, { code: 1 })
    t.match(setup.output, /\nnpm error code EAI_AGAIN\nnpm check: .*failed \(see above\): npm ci\n$/)
  }
  t.match(log('npm.log'), /^(npm ci .*\n){2}$/)
})

t.test('setup.sh: a Ctrl-C in the middle leaves no npm behind, and no file', async t => {
  const { run, file, log, temporary } = clone(t, { programs: { npm: 'sleep 1000 & echo $! >child; wait' } })
  const setup = run()
  await until('npm runs', () => log('child').endsWith('\n'))
  const child = Number(log('child'))
  setup.process.kill('SIGINT')
  t.strictSame(await setup.ended, { code: 130, signal: null })
  await until('its child has ended', () => !isAlive(child))
  t.strictSame(readdirSync(file('.')).sort(), ['child', 'lab', 'package-lock.json', 'test'])
  t.strictSame(temporary(), [])
})

t.test('setup.sh: of two terminals, the second waits for the first', async t => {
  // npm ci begins by removing what is there: two at once would remove what the other one brings.
  const { run, file, log } = clone(t, { programs: { npm: `until [ -e go ]; do sleep 0.02; done; ${INSTALLS}` } })
  const first = run()
  await first.says(/installing the npm packages/)
  const second = run()
  await second.says(/waiting for another terminal/)
  writeFileSync(file('go'), '')
  t.match(await Promise.all([first.ended, second.ended]), [{ code: 0 }, { code: 0 }])
  t.match(log('npm.log'), /^npm ci .*\n$/, 'and then has nothing to do')
})

t.test('setup.sh shows that a long step goes on: seconds, what, and how much is left', async t => {
  // Its seconds are shorter here.
  const programs = { npm: `until [ -e go ]; do /bin/sleep 0.02; done; ${INSTALLS}`, sleep: '/bin/sleep 0.02' }
  const { run, file } = clone(t, { programs })
  const setup = run('lab/main.ts')
  await setup.says(/^· npm ci: 3 s, \d+ de · of 250 MB\n[\s\S]*^· npm ci: 13 s, /m)
  writeFileSync(file('go'), '')
  t.match(await setup.ended, DONE)
})

t.test('setup.sh: Node 18 is enough (Debian 12 and Ubuntu 24.04 have it); an older one is named', async t => {
  for (const [version, right] of [
    ['v18.20.4', true],
    ['v22.1.0', true],
    ['v17.9.1', false],
    ['v8.0.0', false],
  ] as const) {
    const setup = clone(t, { programs: { node: `echo ${version}` } }).run()
    t.match(await setup.ended, { code: right ? 0 : 1 }, version)
    if (!right) t.match(setup.output, `Node 18 or newer is needed; this is ${version}\n`)
  }
})

t.test('setup.sh: without Node or npm it says what to type on each system', async t => {
  for (const without of ['node', 'npm']) {
    const setup = clone(t, { without: [without] }).run('lab/main.ts')
    t.match(await setup.ended, { code: 1 })
    for (const line of [
      'apt-get install -y nodejs npm\n',
      'dnf install -y nodejs npm\n',
      'brew install node\n',
      'wsl --install -d Debian\n',
    ])
      t.match(setup.output, line)
  }
})

t.test('setup.sh: outside Linux the way is Docker', async t => {
  for (const system of ['Darwin', 'MINGW64_NT-10.0']) {
    const setup = clone(t, { programs: { uname: `echo ${system}` } }).run('lab/main.ts')
    t.match(await setup.ended, { code: 1 })
    t.match(setup.output, /docker compose up --build\n/)
  }
})

t.test('setup.sh: on macOS the commands that need no lab of this machine run: browser, doctor', async t => {
  const mac = clone(t, { programs: { uname: 'echo Darwin' }, without: ['setsid', 'flock', 'apt-get', 'mariadbd'] })
  writeFileSync(mac.file('lab/command.ts'), 'console.log("up")')
  const setup = mac.run('lab/command.ts', 'doctor')
  t.strictSame(await setup.ended, DONE)
  t.match(setup.output, /^up$/m)
  t.match(mac.log('npm.log'), /^npm ci --omit=dev /)
})

t.test('setup.sh answers --help before anything is installed', async t => {
  for (const [program, words] of [
    ['lab/main.ts', /^npm start \[/],
    ['lab/command.ts', /^npm run lab -- COMANDO/],
    ['bench/main.ts', /^npm run bench \[/],
    ['--test', /^npm test \[/],
  ] as const) {
    const { run, log } = clone(t, { without: ['node'] })
    const help = run(program, '--help')
    t.strictSame(await help.ended, DONE)
    t.match(help.output, words)
    t.equal(log('npm.log'), '')
  }
})

t.test('setup.sh works in a folder named with a space, an accent, quotes and a dollar sign', async t => {
  const { run, log } = clone(t, { folder: `Área de Trabalho/Redes "2" 'x' $HOME \`id\`` })
  const setup = run('lab/main.ts')
  t.strictSame(await setup.ended, DONE)
  t.match(setup.output, /\nup\n$/)
  t.match(log('npm.log'), /^npm ci /)
})

t.test('setup.sh: without root, one line to paste has everything in it', async t => {
  const programs = { id: ORDINARY_USER, 'apt-cache': archiveWithout('chromium') }
  const without = ['mariadb-install-db', 'dig', 'curl', 'chromium']
  const { run } = clone(t, { programs, without })
  const setup = run('lab/main.ts')
  t.match(await setup.ended, { code: 1 })
  const line = /^ {2}sudo apt-get update && sudo apt-get install -y --no-install-recommends --no-remove (.*)$/m
  t.equal(line.exec(setup.output)?.[1], 'mariadb-server-core mariadb-client-core bind9-dnsutils curl')
  const tests = run('--test')
  t.match(await tests.ended, { code: 1 })
  t.equal(line.exec(tests.output)?.[1], line.exec(setup.output)?.[1], 'and nothing that the archive does not have')
})

t.test('setup.sh: without root and with only optional programs missing, the lab starts', async t => {
  const { run } = clone(t, { programs: { id: ORDINARY_USER, 'apt-cache': archiveWithout() }, without: ['dig'] })
  const setup = run('lab/main.ts')
  t.match(await setup.ended, DONE)
  t.match(setup.output, /sudo apt-get update && sudo apt-get install .* bind9-dnsutils\n[\s\S]*\nup\n$/)
})

t.test('setup.sh asks for no package that the archive does not have', async t => {
  const apt = { id: ROOT, 'apt-get': 'echo apt-get "$@" >>apt.log', systemctl: '' }
  // Ubuntu has no chromium: the browser tests are skipped, the others run.
  const ubuntu = clone(t, {
    programs: { ...apt, 'apt-cache': archiveWithout('chromium') },
    without: ['chromium', 'dig'],
  })
  const tests = ubuntu.run('--test')
  t.match(await tests.ended, DONE)
  t.match(tests.output, /this system has no package chromium; what needs it is skipped\n/)
  t.match(ubuntu.log('apt.log'), /^apt-get update .*\napt-get install .* -o DPkg::Lock::Timeout=300 bind9-dnsutils\n$/)

  const old = clone(t, {
    programs: { ...apt, 'apt-cache': archiveWithout('mariadb-server-core') },
    without: ['mariadb-install-db'],
  })
  const start = old.run('lab/main.ts')
  t.match(await start.ended, { code: 1 })
  t.match(
    start.output,
    /this system has no package mariadb-server-core; Debian 12, Ubuntu 24\.04 or newer is needed\n$/,
  )
  t.notMatch(old.log('apt.log'), / install /)
})

t.test('setup.sh: any browser will do for the browser tests', async t => {
  for (const browser of ['google-chrome-stable', 'microsoft-edge']) {
    const programs = { id: ROOT, 'apt-get': 'echo apt-get "$@" >>apt.log', [browser]: '' }
    const { run, log } = clone(t, { programs, without: ['chromium'] })
    t.match(await run('--test').ended, DONE)
    t.equal(log('apt.log'), '', browser)
  }
})

t.test('setup.sh: on a system without apt-get, the packages are named', async t => {
  const setup = clone(t, { without: ['apt-get', 'mariadb-install-db', 'dig'] }).run('lab/main.ts')
  t.match(await setup.ended, { code: 1 })
  t.match(setup.output, /package manager of this system: mariadb-server-core mariadb-client-core bind9-dnsutils\n$/)
})

/** Namespaces of its own, in which the package manager's folder is empty; a system that forbids them skips the test. */
const ownDpkg = (command: readonly string[]) => [
  ...['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--'],
  ...['sh', '-ec', '/bin/mount -t tmpfs tmpfs /var/lib/dpkg; exec "$@"', 'sh', ...command],
]

t.test("setup.sh waits for the package manager's lock, and names the program that has it", async t => {
  const possible = new Spawned(t, ownDpkg(['true']))
  if ((await possible.ended).code !== 0) return t.pass('no namespaces', { skip: possible.output.trim() })
  // A lock as dpkg takes it (fcntl(2)), held until the file `go` is there.
  const holder = `open(my $file, ">", "/var/lib/dpkg/lock-frontend") or die; my $lock = pack("s s x![l!] l! l! i", F_WRLCK, 0, 0, 0, 0);
    fcntl($file, F_SETLK, $lock) or die;
    if (my $pid = fork) { select(undef, undef, undef, 0.02) until -e "go"; close $file; waitpid($pid, 0); exit($? >> 8) } exec @ARGV`
  const apt = { id: ROOT, 'apt-get': 'echo apt-get "$@" >>apt.log', 'apt-cache': archiveWithout(), systemctl: '' }
  const { runAs, file, log } = clone(t, { programs: apt, without: ['dig'] })
  const setup = runAs(command => ownDpkg(['perl', '-MFcntl', '-e', holder, ...command]), 'lab/main.ts')
  await setup.says(/waiting for the package manager to finish: perl \(pid \d+\), 0 s de · of 300 s\n/)
  t.equal(log('apt.log'), '')
  writeFileSync(file('go'), '')
  t.match(await setup.ended, DONE)
  t.match(log('apt.log'), / install .* bind9-dnsutils\n$/)
})

t.test('setup.sh warns that a folder on a disk of Windows is slow', async t => {
  const { run } = clone(t, { programs: { stat: 'echo v9fs' } })
  const setup = run('lab/main.ts')
  t.match(await setup.ended, DONE)
  t.match(setup.output, /this folder is not on the disk of Linux and is slow/)
  const command = clone(t, { programs: { stat: 'echo v9fs' } }).run('lab/command.ts')
  await command.ended
  t.notMatch(command.output, /slow/, 'at a start and not at every command')
})

t.test('setup.sh: a full disk and a read-only folder get one sentence with place and cure', async t => {
  const full = clone(t, { programs: { df: "printf 'Filesystem\\n/dev/vda 1000 990 10 99%% /\\n'" } }).run('lab/main.ts')
  t.match(await full.ended, { code: 1 })
  t.match(full.output, /^npm check: \/.*\/clone: .*the disk has 10 MB left and 250 MB are needed; free some space\n$/)

  const { runAs } = clone(t, {})
  const readOnly = runAs(unprivileged, 'lab/main.ts')
  if (process.getuid?.() !== 0) return
  t.match(await readOnly.ended, { code: 1 })
  t.match(readOnly.output, /\/clone: .*this folder cannot be written; copy the project to another: cp -r \. ~\/lab\n$/)
})
