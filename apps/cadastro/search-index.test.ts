import t from 'tap'
import { searchExpression } from './search-index.ts'

t.test('searchExpression() keeps words, and no operators of the boolean mode', async t => {
  t.equal(searchExpression('Carla'), '+carla*')
  t.equal(searchExpression('carla@example.com.br'), '+carla* +example*')
  t.equal(searchExpression('João da Conceição'), '+joão* +conceição*')
  t.equal(searchExpression('-carla +(souza) "x" ~lima* @4 <>'), '+carla* +souza* +lima*')
})

t.test('searchExpression() is undefined when the index can have none of the words', async t => {
  for (const text of ['', ' ', 'da', '@@@', '+-*', 'com', 'the']) t.equal(searchExpression(text), undefined, text)
})
