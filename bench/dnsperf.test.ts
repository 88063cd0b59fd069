/**
 * What dnsperf prints is read, and a server that only sends errors is not measured.
 */
import t from 'tap'
import { countsIn } from './dnsperf.ts'

const PRINTED = (codes: string) => `Statistics:

  Queries sent:         1000
  Queries completed:    990 (99.00%)
  Queries lost:         10 (1.00%)

  Response codes:       ${codes}
`

t.test('countsIn() reads how many queries were answered', async t => {
  t.strictSame(countsIn(PRINTED('NOERROR 900 (90.91%), NXDOMAIN 90 (9.09%)'), { name: 'BIND' }), {
    completed: 990,
    lost: 10,
  })
})

t.test('countsIn() refuses a server that answered nothing, or with errors', async t => {
  t.throws(() => countsIn('Queries completed:    0 (0.00%)', { name: 'NSD' }), /NSD answered nothing/)
  t.throws(() => countsIn(PRINTED('REFUSED 990 (100.00%)'), { name: 'Knot' }), /Knot answered REFUSED/)
})
