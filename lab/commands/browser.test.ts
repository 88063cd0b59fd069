/**
 * `npm run lab -- browser` as a process, with a stand-in for the browser that writes down its arguments, and the real proxy.
 */
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { SocksServer } from '../../client/socks/server.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { scratch } from '../../test/testing/scratch.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'

const prefix = loopbackPrefix()

/** A proxy at the address of the lab's proxy; each connection reaches a server that closes it at once. */
async function openProxy(t: Test): Promise<void> {
  const server = createServer(socket => socket.end())
  server.listen(0, `${prefix}.20`)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const proxy = new SocksServer({
    dial: async () => {
      const socket = connect(port, `${prefix}.20`)
      await once(socket, 'connect')
      return socket
    },
    onOutcome: () => {},
  })
  await proxy.listen(`${prefix}.8`, 1080)
  t.teardown(async () => {
    await proxy.close()
    await new Promise(closed => server.close(closed))
  })
}

/** A program named like a browser, first in PATH. */
function withStandIn(t: Test, script: string) {
  const folder = scratch(t)
  mkdirSync(join(folder, 'bin'))
  // Firefox is not in this list: a stand-in is not found before a real snap.
  writeFileSync(join(folder, 'bin', 'microsoft-edge'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const run = (...args: string[]) =>
    new Spawned(t, [process.execPath, 'lab/command.ts', 'browser', ...args], {
      env: {
        LAB_DIR: join(folder, '.lab'),
        LAB_PREFIX: prefix,
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        TMPDIR: folder,
        DISPLAY: ':0',
      },
    })
  return { folder, run }
}

t.test('npm run lab -- browser starts the browser with its profile, waits for it, and removes the profile', async t => {
  await openProxy(t)
  const { folder, run } = withStandIn(
    t,
    'printf "%s\\n" "$@" >"$TMPDIR/arguments"; ls "$(echo "$1" | cut -d= -f2)" && exit 7',
  )
  const browser = run('edge')
  t.strictSame(await browser.ended, { code: 7, signal: null }, 'the exit code of the browser')
  const [profile = '', proxy, ...others] = readFileSync(join(folder, 'arguments'), 'utf8').trim().split('\n')
  t.match(profile, `--user-data-dir=${folder}/meutrabalho-`)
  t.equal(proxy, `--proxy-server=socks5://${prefix}.8:1080`)
  t.equal(others.at(-1), 'http://www.meutrabalho.com.br/')
  t.notOk(existsSync(profile.replace('--user-data-dir=', '')))
  t.notMatch(browser.output, /o laboratório está trabalhando/, 'no progress while a browser is open')
})

t.test('npm run lab -- browser ends the browser on Ctrl-C, and removes its profile', async t => {
  await openProxy(t)
  const { folder, run } = withStandIn(
    t,
    'echo "$1" | cut -d= -f2 >"$TMPDIR/profile.new"; mv "$TMPDIR/profile.new" "$TMPDIR/profile"; exec sleep 1000',
  )
  const browser = run('edge')
  await until('the browser runs', () => existsSync(join(folder, 'profile')))
  browser.process.kill('SIGINT')
  await browser.ended
  t.notOk(existsSync(readFileSync(join(folder, 'profile'), 'utf8').trim()))
})
