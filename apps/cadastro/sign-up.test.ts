import t from 'tap'
import { ruleOn, type SignUpState } from './sign-up.ts'

t.test('ruleOn() decides once: repeating is harmless, the opposite is refused', async t => {
  const states: SignUpState[] = ['recebido', 'em-analise', 'aprovado', 'recusado']
  const verdicts = (wanted: 'aprovado' | 'recusado') =>
    states.map(state => {
      const verdict = ruleOn(state, wanted)
      return typeof verdict === 'string' ? verdict : 'refused'
    })
  t.strictSame(verdicts('aprovado'), ['refused', 'decide', 'repeated', 'refused'])
  t.strictSame(verdicts('recusado'), ['refused', 'decide', 'refused', 'repeated'])
})
