import t from 'tap'
import { refuseUnlessAllowed } from './permission.ts'

t.test('refuseUnlessAllowed() is 403 without LAB_FAULTS=1', async t => {
  t.throws(() => refuseUnlessAllowed({ mayChange: false }), { name: 'Refusal', status: 403, message: /LAB_FAULTS=0/ })
  t.doesNotThrow(() => refuseUnlessAllowed({ mayChange: true }))
})
