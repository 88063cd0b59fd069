import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { isAlive } from '../test/testing/processes.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'
import { Child } from './child.ts'

function start(t: Test, command: readonly string[], more = {}): Child & { readonly log: () => string } {
  const logFile = join(t.testdir(), 'logs', 'child.log')
  const child = Child.start({ name: 'backend1', command, logFile, ...more })
  t.teardown(() => child.kill())
  return Object.assign(child, { log: () => readFileSync(logFile, 'utf8') })
}

const node = (source: string) => [process.execPath, '--input-type=module-typescript', '-e', source]

t.test('Child.ready() waits for what lifecycle.ts sends', async t => {
  const child = start(t, node(`process.send({ other: 1 }); console.log('up'); process.send({ ready: true })`))
  await child.ready()
  t.match(child.log(), 'up')
})

t.test('Child.start() gives the child its variables, its folder, and no terminal', async t => {
  const child = start(t, ['/bin/sh', '-c', 'echo $WHO; pwd; read x || echo no input'], {
    env: { WHO: 'Servidor 1' },
    cwd: '/',
  })
  t.equal(await child.ended, 0)
  t.equal(child.log(), 'Servidor 1\n/\nno input\n')
  t.notOk(child.running)
})

t.test('Child.start() empties the log at each start', async t => {
  const logFile = join(t.testdir({ 'x.log': 'of yesterday\n' }), 'x.log')
  await Child.start({ name: 'x', command: ['/bin/echo', 'of today'], logFile }).ended
  t.equal(readFileSync(logFile, 'utf8'), 'of today\n')
})

t.test("Child.ready() fails with the child's own last words when it ends before", async t => {
  const child = start(
    t,
    node(`
      import { run } from '#shared/lifecycle.ts'
      import { identity } from '#shared/settings.ts'
      await run('backend1', async () => void identity({}, 'backend', 'Servidor'))`),
  )
  await t.rejects(child.ready(), {
    name: 'ChildFailure',
    message:
      /^backend1 terminou .* · ended before it was ready \(1\): ADDRESS= \(not set\): .* an IPv4 address is needed$/,
  })
})

t.test('Child.ready() fails with what can be done, when that is known', async t => {
  const child = start(t, ['/bin/false'], { advice: 'turn it off and on again' })
  await t.rejects(child.ready(), {
    message: /^backend1 .* ended before it was ready \(1\): .*nothing was printed \(.*\); turn it off and on/,
  })
})

t.test('Child.ready() explains a failure of the machine instead', async t => {
  const full = ['/bin/sh', '-c', 'echo "[Warning] x: Disk is full (Errcode: 28)"; exit 1']
  await t.rejects(start(t, full, { advice: 'turn it off and on again' }).ready(), {
    message: /^backend1 .* ended before it was ready \(1\): .* the disk is full; free some space$/,
  })
})

t.test('Child.ready() fails for a program that is not there', async t => {
  await t.rejects(start(t, ['/no/such/program']).ready(), { name: 'ChildFailure', message: /program/ })
})

t.test('Child.lastWords() is the error in the log, without times and closing lines', async t => {
  const logFile = join(t.testdir(), 'x.log')
  for (const [log, words] of [
    [
      '2026-11-22  2:17:45 0 [ERROR] InnoDB: Inconsistent tablespace ID in ./ibdata1\n' +
        '2026-11-22  2:17:45 0 [ERROR] InnoDB: Plugin initialization aborted with error Data structure corruption\n' +
        "2026-11-22  2:17:45 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.\n" +
        '2026-11-22  2:17:45 0 [ERROR] Unknown/unsupported storage engine: InnoDB\n' +
        '2026-11-22  2:17:45 0 [ERROR] Aborting\n',
      '[ERROR] InnoDB: Inconsistent tablespace ID in ./ibdata1',
    ],
    [
      '42:M 22 Nov 2026 02:17:46.210 # \n*** FATAL AOF MANIFEST FILE ERROR ***\n\n' +
        '42:M 22 Nov 2026 02:17:46.210 # Invalid AOF manifest file format\n\n',
      'Invalid AOF manifest file format',
    ],
    [
      '2026-11-22T02:17:46.210Z error ns1 could not start reason="listen EADDRINUSE"\n' +
        '2026-11-22T02:17:46.210Z info  ns1 stopped\n',
      'listen EADDRINUSE',
    ],
    [
      '2026-11-22T02:17:46.210Z error ns1 could not start reason="a bug" stack="TypeError: a bug\\n    at main.ts:1:1"\n',
      'a bug',
    ],
    [
      // As MariaDB 10.11 ends when pages of ibdata1 are empty.
      '2026-11-28  9:49:22 0 [Warning] Could not increase number of max_open_files to more than 20000\n' +
        '2026-11-28  9:49:23 0 [ERROR] InnoDB: Plugin initialization aborted with error Page read from tablespace is corrupted.\n' +
        "2026-11-28  9:49:23 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.\n" +
        '2026-11-28  9:49:23 0 [ERROR] Aborting\n',
      '[ERROR] InnoDB: Plugin initialization aborted with error Page read from tablespace is corrupted.',
    ],
    ['started\nstopped\n', 'stopped'],
    ['', `nada foi escrito · nothing was printed (${logFile})`],
  ] as const) {
    const child = Child.start({ name: 'x', command: ['/bin/true'], logFile })
    await child.ended
    writeFileSync(logFile, log)
    t.equal(child.lastWords(), words)
  }
})

t.test('Child.stop() sends SIGTERM first', async t => {
  const child = start(t, ['/bin/sh', '-c', 'trap "echo asked; exit 3" TERM; echo up; while :; do sleep 0.01; done'])
  await until('the trap is set', () => child.log() === 'up\n')
  await child.stop()
  t.equal(await child.ended, 3)
  t.match(child.log(), /asked\n$/)
})

t.test('Child.stop() kills a process that ignores SIGTERM, and its children', async t => {
  const child = start(t, ['/bin/sh', '-c', 'trap "" TERM; sleep 1000 & echo $!; wait; wait; sleep 1000'])
  await until('its child has started', () => /^\d+\n$/.test(child.log()))
  const grandchild = Number(child.log())
  t.ok(isAlive(grandchild))
  await child.stop(10)
  t.equal(await child.ended, 'SIGKILL')
  t.notOk(isAlive(grandchild))
  t.notOk(child.running)
})

t.test('Child.stop() leaves nothing behind of a script that ends before its children', async t => {
  // As mariadb-install-db does: the script obeys at once, and the mariadbd that it has started takes its time.
  const slow = 'trap "" TERM; echo $$; while :; do sleep 0.01; done'
  const child = start(t, ['/bin/sh', '-c', `sh -c '${slow}' & trap "exit 3" TERM; wait`])
  await until('its child has started', () => /^\d+\n$/.test(child.log()))
  const grandchild = Number(child.log())
  await child.stop()
  t.equal(await child.ended, 3)
  t.notOk(isAlive(grandchild))
})

t.test('Child.kill() and Child.stop() of one that has ended do nothing', async t => {
  const child = start(t, ['/bin/true'])
  await child.ended
  await child.kill()
  await child.stop()
  t.equal(await child.ended, 0)
})

const skip = existsSync('/usr/bin/setpriv') ? false : 'without setpriv (util-linux) only our own programs do'
t.test('A child ends with its parent, even when that is killed', { skip }, async t => {
  const parent = new Spawned(
    t,
    node(`
      import { Child } from './lab/child.ts'
      const child = Child.start({ name: 'x', command: ['/bin/sleep', '1000'], logFile: '${join(t.testdir(), 'x.log')}' })
      console.log('child', child.pid)
      setInterval(() => {}, 1000)`),
  )
  const [, pid] = await parent.says(/child (\d+)\n/)
  // setpriv sets this in the kernel, and then becomes the program.
  await until('setpriv has become sleep', () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n')
  parent.process.kill('SIGKILL')
  await until('the child has ended', () => !isAlive(Number(pid)))
  t.notOk(isAlive(Number(pid)))
})
