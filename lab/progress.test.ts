import t from 'tap'
import { type Progress, Steps } from './progress.ts'

t.test('Steps reports its progress to each follower, until the follower stops', async t => {
  const steps = new Steps()
  const seen: Progress[] = []
  const stop = steps.follow(progress => seen.push(progress))
  steps.begin(2)
  steps.done('- a')
  steps.done('+ a')
  stop()
  steps.done('unseen')
  t.strictSame(seen, [
    { done: 1, total: 2, what: '- a' },
    { done: 2, total: 2, what: '+ a' },
  ])
})

t.test('Steps never reports more steps than there are', async t => {
  const steps = new Steps()
  const seen: Progress[] = []
  steps.follow(progress => seen.push(progress))
  steps.begin(0)
  steps.done('one that was not expected')
  t.match(seen, [{ done: 1, total: 1 }])
})
