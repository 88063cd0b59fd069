import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { removeWwwRecord, returnRecords } from './zone.ts'

const ZONE = new URL('../../dns-server/zones/db.meutrabalho.com.br', import.meta.url)

t.test('changes of the zone file at the same moment are made one after the other', async t => {
  const folder = t.testdir()
  const file = join(folder, 'zones', 'db.meutrabalho.com.br')
  mkdirSync(join(folder, 'zones'))
  copyFileSync(ZONE, file)
  const removed = () => readFileSync(file, 'utf8').match(/^; painel: www /gm)?.length ?? 0
  await Promise.all([20, 21, 22].map(octet => removeWwwRecord(folder, `172.20.0.${octet}`)))
  t.equal(removed(), 3)
  t.strictSame(await Promise.all([returnRecords(folder), returnRecords(folder)]), [true, false])
  t.equal(removed(), 0)
})
