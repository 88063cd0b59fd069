import t from 'tap'
import { platformOf } from './platform.ts'

t.test('platformOf() distinguishes WSL from Linux by its kernel', async t => {
  t.equal(platformOf('linux', '5.15.167.4-microsoft-standard-WSL2'), 'wsl')
  t.equal(platformOf('linux', '4.4.0-19041-Microsoft'), 'wsl')
  t.equal(platformOf('linux', '6.1.0-28-amd64'), 'linux')
  t.equal(platformOf('freebsd', '14.1'), 'linux')
  t.equal(platformOf('darwin', '24.1.0'), 'darwin')
  t.equal(platformOf('win32', '10.0.22631'), 'win32')
})
