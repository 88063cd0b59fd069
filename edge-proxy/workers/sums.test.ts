import t from 'tap'
import { summed } from './sums.ts'

t.test('summed() adds what is counted, and takes everything else from the main thread', async t => {
  const worker1 = { name: 'frontend1', draining: false, requests: 5, responses: { 200: 5 }, checks: { fall: 3 } }
  const worker2 = { name: 'frontend1', draining: true, requests: 2, responses: { 200: 1, 404: 1 }, checks: { fall: 3 } }
  t.strictSame(summed(worker1, [worker2]), { ...worker1, requests: 7, responses: { 200: 6, 404: 1 } })
  t.strictSame(summed(worker1, []), worker1)
})

t.test('summed() finds the rows of a backend by its cluster and its name', async t => {
  const row = (cluster: string, name: string, requests: number) => ({ cluster, name, weight: 3, requests })
  t.strictSame(
    summed({ backends: [row('www', 'a', 1), row('www', 'b', 2)] }, [
      { backends: [row('tickets', 'a', 100), row('www', 'b', 20), row('www', 'a', 10)] },
      { backends: [row('www', 'a', 1000)] },
    ]),
    { backends: [row('www', 'a', 1011), row('www', 'b', 22)] },
  )
})

t.test('summed() leaves null, text and limits as they are', async t => {
  const status = { limits: { requests: { perSecond: 60, burst: 300 }, clients: 4, refused: 1 }, ban: null, server: 'x' }
  t.strictSame(summed(status, [status]), { ...status, limits: { ...status.limits, refused: 2 } })
})
