import t from 'tap'
import { readConfig } from './config.ts'

t.test('readConfig() has the documented defaults', async t => {
  const own = { dns: 'own', edge: 'own' }
  t.strictSame(readConfig({}), {
    prefix: '127.20.0',
    ports: 'auto',
    folder: '.lab',
    ...own,
    applications: [],
    ha: false,
    broker: 'redis',
    faults: true,
  })
})

t.test('readConfig() takes the comparators as arguments', async t => {
  t.match(readConfig({}, ['--dns=dns2', '--edge=http-proxy']), { dns: 'dns2', edge: 'http-proxy' })
})

t.test('readConfig() takes --ha beside other arguments', async t => {
  t.match(readConfig({}, ['--ha', '--dns=dns2']), { ha: true, dns: 'dns2' })
  t.throws(() => readConfig({}, ['--ha=3']), { name: 'SettingError' })
})

t.test('readConfig() reads which applications are started with the lab', async t => {
  t.strictSame(readConfig({}, ['--app=ingressos']).applications, ['ingressos'])
  const several = ['--app=ingressos,cadastro', '--app=reposicao', '--app=cadastro']
  t.strictSame(readConfig({}, several).applications, ['ingressos', 'cadastro', 'reposicao'])
  t.throws(() => readConfig({}, ['--app=ingresos']), { message: /--app="ingresos".*applications are: ingressos/ })
})

t.test('readConfig() names what it does not understand, and what would be right', async t => {
  t.throws(() => readConfig({}, ['--dsn=dns2']), { message: /"--dsn=dns2".*npm start \[-- .*\[--dns=own\|dns2\]/ })
  t.throws(() => readConfig({}, ['--dns=bind']), { message: /--dns="bind".*own, dns2/ })
  t.throws(() => readConfig({ LAB_PORTS: '53' }), { message: /LAB_PORTS="53".*auto, low, high/ })
  t.throws(() => readConfig({ LAB_PREFIX: '127.20.256' }), { message: /LAB_PREFIX="127.20.256".*0 to 255/ })
})
