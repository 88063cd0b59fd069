/** What is left for the backends is what the goal allows, without the other parts. */
import t from 'tap'
import { backendShare } from './chain-shares.ts'

const row = (name: string, edges: number, backends: number) => ({
  name,
  value: 1e6 / (edges + backends),
  extra: { 'edges µs': edges, 'backends µs': backends },
})

t.test('backendShare() divides the time of the usual build by the goal, and takes the other parts off', async t => {
  const share = backendShare(2, row('ours', 100, 150), row('usual', 80, 320))
  t.match(
    share?.en,
    /would use 200 µs .* use 100 µs in this lab: 100 µs would be left for the backend, which uses 150 µs/,
  )
  t.match(share?.pt, /usaria 200 µs .* restariam 100 µs para o backend, que usa 150 µs/)
})

t.test('backendShare() says nothing when only one build was measured', async t => {
  t.equal(backendShare(2, row('ours', 100, 150), undefined), undefined)
})
