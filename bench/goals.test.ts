/** The sentence under a table says what the figures above it say. */
import t from 'tap'
import type { Comparison } from './figures.ts'
import { goalLines } from './goals.ts'

const small = (values: Readonly<Record<string, number>>): Comparison => ({
  kind: 'comparison',
  id: 'edge-small',
  benchmark: 'edge',
  title: { pt: 'GET', en: 'GET' },
  unit: { pt: 'requisições', en: 'requests' },
  ours: 'this edge',
  rows: Object.entries(values).map(([name, value]) => ({ name, value, extra: {} })),
})

t.test('goalLines() compares the value of this project with that of each peer that has a goal', async t => {
  t.same(goalLines(small({ 'this edge': 60, nginx: 100, 'http-proxy': 10 })), [
    'Meta · Goal: 0.75 × nginx. Nesta medição · In this run: 0.60, não alcançada · not reached.',
    'Meta · Goal: 5 × http-proxy. Nesta medição · In this run: 6.00, alcançada · reached.',
  ])
})

t.test('goalLines() says nothing about a peer that was not measured, or a table without a goal', async t => {
  t.same(goalLines(small({ 'this edge': 60 })), [])
  t.same(goalLines({ ...small({ 'this edge': 60, nginx: 100 }), id: 'edge-upload' }), [])
})
