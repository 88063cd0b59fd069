import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { pathInside, pathOutside, socketPath } from './socket-place.ts'

t.test('socketPath() is in the folder where that is possible', async t => {
  const folder = scratch(t)
  t.equal(await socketPath(folder, 'x.sock'), join(folder, 'x.sock'))
})

t.test('socketPath() is elsewhere when the path is too long (unix(7)), and another one for each folder', async t => {
  const folders = ['a', 'b'].map(letter => join(scratch(t), letter.repeat(100)))
  for (const folder of folders) mkdirSync(folder)
  const paths = await Promise.all(folders.map(folder => socketPath(folder, 'x.sock')))
  t.strictSame(
    paths,
    folders.map(folder => pathOutside(folder, 'x.sock')),
  )
  t.not(paths[0], paths[1])
  t.ok(paths.every(path => Buffer.byteLength(path) < 107))
  t.equal(pathInside(folders[0] ?? '', 'x.sock'), undefined)
})

t.test('socketPath() is elsewhere on a file system without sockets, as a disk of Windows is in WSL', async t => {
  // mqueue(7) is one that every Linux can mount; bind(2) fails there as it does on a disk of Windows.
  const source = `
    import { socketPath } from './lab/socket-place.ts'
    console.log(await socketPath(process.argv[1], 'x.sock'))`
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const folder = scratch(t)
  const mounted = new Spawned(t, [
    ...['unshare', '--mount', '--ipc', ...asRoot, '--', 'sh', '-ec', 'mount -t mqueue none "$0"; exec "$@"', folder],
    ...[process.execPath, '--input-type=module-typescript', '-e', source, folder],
  ])
  const { code } = await mounted.ended
  if (/mount|unshare/.test(mounted.output)) return t.pass('no namespaces here', { skip: mounted.output.trim() })
  t.equal(code, 0)
  t.equal(mounted.output, `${pathOutside(folder, 'x.sock')}\n`)
})
