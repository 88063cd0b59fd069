import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Spawned, unprivileged } from '../test/testing/spawned.ts'
import { assertRoom, prepareFolder } from './folder.ts'

t.test('prepareFolder() makes what is missing, and may be called again', async t => {
  const folder = join(t.testdir(), 'deep', '.lab')
  prepareFolder(folder)
  prepareFolder(folder)
  t.strictSame(readdirSync(folder).sort(), ['logs', 'mysql', 'redis', 'zones'])
})

t.test('prepareFolder() names the file that is where a folder should be', async t => {
  const folder = t.testdir({ file: '', lab: { mysql: '' } })
  for (const [asked, culprit] of [
    ['file', 'file'],
    ['file/.lab', 'file/.lab'],
    ['lab', 'lab/mysql'],
  ] as const) {
    t.throws(() => prepareFolder(join(folder, asked)), {
      name: 'FolderError',
      message: new RegExp(
        `^${join(folder, culprit)}: .* is a file where a folder is needed; move it away, or use another folder`,
      ),
    })
  }
})

t.test('prepareFolder() says so when a folder belongs to another user', async t => {
  // As left behind by a lab that was once started as root.
  const folder = t.testdir({ lab: { mysql: {} } })
  const mysql = join(folder, 'lab', 'mysql')
  mkdirSync(join(folder, 'lab', 'zones'))
  chmodSync(join(folder, 'lab'), 0o777)
  chmodSync(mysql, 0o500)
  const source = `
    import { prepareFolder } from './lab/folder.ts'
    try { prepareFolder('${join(folder, 'lab')}') } catch (error) { console.log(error.message) }`
  const stranger = new Spawned(t, unprivileged([process.execPath, '--input-type=module-typescript', '-e', source]))
  t.strictSame(await stranger.ended, { code: 0, signal: null })
  t.match(stranger.output, /lab\/(zones|mysql): .* belongs to another user \(was the lab started as root before\?\)/)
})

t.test('prepareFolder() gives up where no folder can be made', async t => {
  // mkdir(2) says ENOENT there, as it does for a parent that is missing: Node's own recursion would never end.
  t.throws(() => prepareFolder('/proc/lab'), {
    name: 'FolderError',
    message: /^\/proc\/lab: .* cannot be used: ENOENT/,
  })
})

t.test('prepareFolder() says so when the folder around it may not be written', async t => {
  const source = `
    import { prepareFolder } from './lab/folder.ts'
    try { prepareFolder('/lab') } catch (error) { console.log(error.message) }`
  const stranger = new Spawned(t, unprivileged([process.execPath, '--input-type=module-typescript', '-e', source]))
  t.strictSame(await stranger.ended, { code: 0, signal: null })
  t.match(
    stranger.output,
    /^\/lab: .* cannot be made, because the folder around it may not be written; use another folder: LAB_DIR/,
  )
})

t.test('assertRoom() asks for room for a database at the first start, and for little later', async t => {
  assertRoom('.lab', 300, false)
  assertRoom('.lab', 30, true)
  t.throws(() => assertRoom('.lab', 299, false), {
    name: 'FolderError',
    message:
      /^\.lab: .* the disk has 299 MB left and 300 MB are needed; free some space, or use another folder: LAB_DIR=/,
  })
  t.throws(() => assertRoom('.lab', 29, true), { message: /the disk has 29 MB left and 30 MB are needed/ })
})

t.test('prepareFolder() says so when the disk can only be read', async t => {
  const source = `
    import { prepareFolder } from './lab/folder.ts'
    try { prepareFolder(process.argv[1] + '/.lab') } catch (error) { console.log(error.message) }`
  const folder = t.testdir()
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const reader = new Spawned(t, [
    ...['unshare', '--mount', ...asRoot, '--', 'sh', '-ec', 'mount -t tmpfs -o ro none "$0"; exec "$@"', folder],
    ...[process.execPath, '--input-type=module-typescript', '-e', source, folder],
  ])
  await reader.ended
  if (/^(mount|unshare):/m.test(reader.output)) return t.pass('no namespaces here', { skip: reader.output.trim() })
  t.match(reader.output, /\.lab: .* is on a disk that can only be read; use another folder: LAB_DIR=/)
})
