import t, { type Test } from 'tap'
import { Spawned } from '../test/testing/spawned.ts'

/** A small real program: `start` is the body of what it gives to run(). */
function program(t: Test, start: string, ipc = false): Spawned {
  const source = `
    import { run } from '#shared/lifecycle.ts'
    import { SettingError } from '#shared/settings.ts'
    const open = () => setInterval(() => {}, 1000)
    await run('server', async ({ log, onStop }) => { ${start} })
    console.log('up')`
  return new Spawned(t, [process.execPath, '--input-type=module-typescript', '-e', source], { ipc })
}

t.test('run() stops on SIGTERM and SIGINT: the steps in reverse order, each awaited, then exit code 0', async t => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = program(
      t,
      `open()
       onStop(() => log.info('step 1'))
       onStop(async () => { await new Promise(resolve => setImmediate(resolve)); log.info('step 2') })`,
    )
    await server.says(/^up$/m)
    server.process.kill(signal)
    t.strictSame(await server.ended, { code: 0, signal: null })
    t.match(server.output, new RegExp(`stopping why=${signal}\n.* step 2\n.* step 1\n.* stopped\n$`))
  }
})

t.test('run() ends at once with 1 on a second signal', async t => {
  const server = program(t, `open(); onStop(() => new Promise(() => {}))`)
  await server.says(/^up$/m)
  server.process.kill('SIGTERM')
  await server.says(/stopping/)
  server.process.kill('SIGTERM')
  t.strictSame(await server.ended, { code: 1, signal: null })
  t.notMatch(server.output, /stopped/)
})

t.test('run() ends with 1 when a stop step fails, and says why', async t => {
  const server = program(t, `open(); onStop(() => { throw new Error('the socket would not close') })`)
  await server.says(/^up$/m)
  server.process.kill('SIGTERM')
  t.strictSame(await server.ended, { code: 1, signal: null })
  t.match(server.output, /error server stopping failed reason="the socket would not close"/)
})

t.test('run() ends with 1 on an exception and on an uncaught rejection, with the stack', async t => {
  for (const [code, words] of [
    [`setImmediate(() => { throw new Error('boom') })`, 'an unexpected error'],
    [`setImmediate(() => Promise.reject(new Error('boom')))`, 'an unexpected rejection'],
    [`setImmediate(() => Promise.reject('boom'))`, 'an unexpected rejection'],
  ] as const) {
    const server = program(t, `open(); ${code}`)
    t.strictSame(await server.ended, { code: 1, signal: null })
    t.match(server.output, `error server ${words} reason=`)
    t.match(server.output, 'boom')
  }
})

t.test('run() answers a setting that cannot be used with one line and no stack', async t => {
  const server = program(t, `throw new SettingError('ADDRESS', 'x', 'an IPv4 address is needed')`)
  t.strictSame(await server.ended, { code: 1, signal: null })
  t.match(server.output, /^\S+ error server could not start reason="ADDRESS=\\"x\\": an IPv4 address is needed"\n$/)
})

t.test('run() answers a port in use with one line and no stack', async t => {
  const server = program(
    t,
    `const { createServer } = await import('node:net')
     const { once } = await import('node:events')
     const first = createServer().listen(0, '127.0.0.1')
     await once(first, 'listening')
     await once(createServer().listen(first.address().port, '127.0.0.1'), 'listening')`,
  )
  t.strictSame(await server.ended, { code: 1, signal: null })
  t.match(server.output, /^\S+ error server could not start reason="listen EADDRINUSE[^\n]*"\n$/)
})

t.test('run() reports to the launcher when it is ready', async t => {
  const server = program(t, `open()`, true)
  const [message] = await new Promise<unknown[]>(resolve => server.process.once('message', (...all) => resolve(all)))
  t.strictSame(message, { ready: true })
})

t.test('run() stops when the launcher disappears', async t => {
  const server = program(t, `open(); onStop(() => log.info('the step'))`, true)
  await server.says(/^up$/m)
  server.process.disconnect()
  t.strictSame(await server.ended, { code: 0, signal: null })
  t.match(server.output, /stopping why="the launcher is gone"\n.* the step\n.* stopped\n$/)
})

t.test('run() goes on stopping in order when SIGTERM comes because the launcher disappeared', async t => {
  const server = program(
    t,
    `open()
     onStop(() => new Promise(resolve => process.once('SIGTERM', () => setImmediate(resolve))))
     onStop(() => log.info('draining'))`,
    true,
  )
  await server.says(/^up$/m)
  server.process.disconnect()
  await server.says(/draining/)
  server.process.kill('SIGTERM')
  t.strictSame(await server.ended, { code: 0, signal: null })
})

t.test('run() goes on stopping in order when the launcher disappears after SIGTERM', async t => {
  // A killed launcher does both to its children: the kernel sends SIGTERM (lab/child.ts), and the channel closes.
  const server = program(
    t,
    `open()
     onStop(() => new Promise(resolve => process.once('disconnect', () => setImmediate(resolve))))
     onStop(() => log.info('draining'))`,
    true,
  )
  await server.says(/^up$/m)
  server.process.kill('SIGTERM')
  await server.says(/draining/)
  server.process.disconnect()
  t.strictSame(await server.ended, { code: 0, signal: null })
})

t.test('run() closes what is already open when a signal comes during the start', async t => {
  const server = program(t, `open(); onStop(() => log.info('closed')); log.info('opened'); await new Promise(() => {})`)
  await server.says(/opened/)
  server.process.kill('SIGTERM')
  t.strictSame(await server.ended, { code: 0, signal: null })
  t.match(server.output, /closed\n.* stopped\n$/)
})

t.test('run() goes on when its output is no longer read', async t => {
  const server = program(t, `open(); process.on('SIGUSR2', () => { log.info('unread'); process.send('alive') })`, true)
  await server.says(/^up$/m)
  server.process.stdout?.destroy()
  const alive = new Promise(resolve => server.process.on('message', message => message === 'alive' && resolve(true)))
  server.process.kill('SIGUSR2')
  t.ok(await Promise.race([alive, server.ended]))
  // The write that failed is reported a moment later; the process must still be there to answer again.
  const again = new Promise(resolve => server.process.once('message', () => resolve('still alive')))
  server.process.kill('SIGUSR2')
  t.equal(await Promise.race([again, server.ended]), 'still alive')
})
