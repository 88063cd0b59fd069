import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import { plainPath } from './plain-path.ts'

t.test('plainPath() is the path itself where a shell needs no quotes for it', async t => {
  const folder = scratch(t)
  t.equal(plainPath(folder), folder)
})

t.test('plainPath() is otherwise a link to the folder, the same each time', async t => {
  const folder = join(scratch(t), "Ana's lab")
  mkdirSync(folder)
  writeFileSync(join(folder, 'mariadbd'), '')
  const link = plainPath(folder)
  t.teardown(() => rmSync(link))
  t.match(link, /^[\w./-]+$/)
  t.strictSame(readdirSync(link), ['mariadbd'])
  t.equal(plainPath(folder), link)
  const other = join(scratch(t), "Ana's lab")
  mkdirSync(other)
  const another = plainPath(other)
  t.teardown(() => rmSync(another))
  t.not(another, link, 'each folder has a link of its own')
})
