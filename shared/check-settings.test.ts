import t from 'tap'
import { readCheckSettings } from './check-settings.ts'

const DEFAULTS = { interval: 2_000, fastInterval: 500, timeout: 1_000, rise: 2, fall: 3 }

t.test('readCheckSettings() gives the defaults without CHECK_*', async t => {
  t.strictSame(readCheckSettings({}, DEFAULTS), DEFAULTS)
})

t.test('readCheckSettings() reads each variable, and keeps the fast interval at or below the interval', async t => {
  const env = { CHECK_INTERVAL: '300', CHECK_TIMEOUT: '200', CHECK_RISE: '1', CHECK_FALL: '5' }
  t.strictSame(readCheckSettings(env, DEFAULTS), { interval: 300, fastInterval: 300, timeout: 200, rise: 1, fall: 5 })
})

t.test('readCheckSettings() refuses values outside the range, and names the variable', async t => {
  for (const [name, value] of [
    ['CHECK_INTERVAL', '99'],
    ['CHECK_TIMEOUT', '60001'],
    ['CHECK_RISE', '0'],
    ['CHECK_FALL', '2.5'],
  ] as const)
    t.throws(() => readCheckSettings({ [name]: value }, DEFAULTS), { name: 'SettingError', message: name })
})
