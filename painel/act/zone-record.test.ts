import { readFileSync } from 'node:fs'
import t from 'tap'
import { withAllRecords, withoutRecord } from './zone-record.ts'

const ZONE = readFileSync(new URL('../../dns-server/zones/db.meutrabalho.com.br', import.meta.url), 'utf8')
const serialOf = (text: string) => Number(/(\d+) *; serial/.exec(text)?.[1])

t.test('withoutRecord() makes a comment of one record, and the serial grows', async t => {
  const without = withoutRecord(ZONE, 'www', '172.20.0.21') ?? ''
  t.match(without, /^; painel: www +5 IN +A +172\.20\.0\.21$/m)
  t.match(without, /^www +5 IN +A +172\.20\.0\.20$/m)
  t.match(without, /^frontend2 +IN +A +172\.20\.0\.21$/m, 'other names of the same address stay')
  t.equal(serialOf(without), serialOf(ZONE) + 1)
  t.equal(withoutRecord(without, 'www', '172.20.0.21'), undefined, 'it is not there any more')
  t.equal(withoutRecord(ZONE, 'www', '172.20.0.2'), undefined, 'the address is compared to its end')
})

t.test('withAllRecords() puts back what was taken out, with a new serial', async t => {
  const without = withoutRecord(withoutRecord(ZONE, 'www', '172.20.0.21') ?? '', 'www', '172.20.0.22') ?? ''
  const back = withAllRecords(without) ?? ''
  t.equal(serialOf(back), serialOf(ZONE) + 3)
  t.equal(back.replace(/\d+( *; serial)/, '0$1'), ZONE.replace(/\d+( *; serial)/, '0$1'))
  t.equal(withAllRecords(ZONE), undefined)
})
