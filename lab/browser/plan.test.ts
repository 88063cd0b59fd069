/**
 * The command line for each system and each browser. No browser is started.
 */
import t from 'tap'
import { candidates, type InstalledBrowser } from './candidates.ts'
import { type BrowserFacts, type BrowserPlan, planBrowser } from './plan.ts'

const chromium: InstalledBrowser = { name: 'chromium', path: '/usr/bin/chromium', system: 'own' }
const linux: BrowserFacts = {
  platform: 'linux',
  browser: chromium,
  proxies: ['127.20.0.8:1080', '127.0.0.1:1080'],
  temp: '/tmp',
  home: '/home/ana',
  screen: true,
  root: false,
  unique: '1a2b',
}

function planned(facts: BrowserFacts): BrowserPlan {
  const plan = planBrowser(facts)
  if ('problem' in plan) throw new Error(plan.problem)
  return plan
}

t.test(
  'planBrowser(): Chromium on Linux uses the proxy for names and addresses, with a profile of its own',
  async t => {
    t.strictSame(planned(linux), {
      command: [
        '/usr/bin/chromium',
        '--user-data-dir=/tmp/meutrabalho-1a2b',
        '--proxy-server=socks5://127.20.0.8:1080',
        '--proxy-bypass-list=<-loopback>',
        '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.20.0.8',
        '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
        '--no-first-run',
        '--no-default-browser-check',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        'http://www.meutrabalho.com.br/',
      ],
      profile: '/tmp/meutrabalho-1a2b',
      files: {},
    })
    t.ok(planned({ ...linux, root: true }).command.includes('--no-sandbox'))
    t.notOk(planned({ ...linux, root: true, platform: 'win32' }).command.includes('--no-sandbox'))
  },
)

t.test('planBrowser(): Firefox gets a user.js that sends names to the proxy', async t => {
  const firefox: InstalledBrowser = { name: 'firefox', path: '/usr/bin/firefox', system: 'own' }
  const { command, files } = planned({ ...linux, browser: firefox })
  t.strictSame(command, [
    '/usr/bin/firefox',
    '--no-remote',
    '--new-instance',
    '--profile',
    '/tmp/meutrabalho-1a2b',
    'http://www.meutrabalho.com.br/',
  ])
  for (const line of [
    'user_pref("network.proxy.type", 1);',
    'user_pref("network.proxy.socks", "127.20.0.8");',
    'user_pref("network.proxy.socks_port", 1080);',
    'user_pref("network.proxy.socks_version", 5);',
    'user_pref("network.proxy.socks_remote_dns", true);',
    'user_pref("network.proxy.socks5_remote_dns", true);',
  ])
    t.ok(files['user.js']?.split('\n').includes(line), line)
})

t.test('planBrowser(): a snap gets its profile in the folder that it can see', async t => {
  const snap: InstalledBrowser = { name: 'firefox', path: '/snap/bin/firefox', system: 'own' }
  t.equal(planned({ ...linux, browser: snap }).profile, '/home/ana/snap/firefox/common/meutrabalho-1a2b')
})

t.test('planBrowser(): under WSL the browser of Windows uses 127.0.0.1 and a folder of Windows', async t => {
  const chrome: InstalledBrowser = {
    name: 'chrome',
    path: '/mnt/c/Program Files/Google/Chrome/Application/chrome.exe',
    system: 'windows',
  }
  const temp = 'C:\\Users\\ana\\AppData\\Local\\Temp'
  const wsl: BrowserFacts = { ...linux, platform: 'wsl', browser: chrome, temp }
  const { command, profile } = planned(wsl)
  t.equal(profile, `${temp}\\meutrabalho-1a2b`)
  t.equal(command[0], chrome.path)
  t.ok(command.includes(`--user-data-dir=${profile}`))
  t.ok(command.includes('--proxy-server=socks5://127.0.0.1:1080'))
  t.match(planBrowser({ ...wsl, proxies: ['127.20.0.8:1080'] }), { problem: /127\.0\.0\.1:1080 is in use/ })
})

t.test('planBrowser(): macOS and Windows use the proxy that Docker publishes', async t => {
  const mac: InstalledBrowser = { name: 'chrome', path: '/Applications/Google Chrome.app/x', system: 'own' }
  const proxies = ['127.0.0.1:1080']
  t.match(planned({ ...linux, platform: 'darwin', browser: mac, proxies, temp: '/var/folders/x/T' }), {
    command: ['/Applications/Google Chrome.app/x', '--user-data-dir=/var/folders/x/T/meutrabalho-1a2b'],
  })
  const edge: InstalledBrowser = { name: 'edge', path: 'C:\\…\\msedge.exe', system: 'windows' }
  t.match(planned({ ...linux, platform: 'win32', browser: edge, proxies, temp: 'C:\\Temp' }), {
    command: ['C:\\…\\msedge.exe', '--user-data-dir=C:\\Temp\\meutrabalho-1a2b'],
  })
})

t.test('planBrowser() says what is missing, and what to do', async t => {
  t.match(planBrowser({ ...linux, browser: undefined }), { problem: /no browser found; install Chromium/ })
  t.match(planBrowser({ ...linux, proxies: [] }), { problem: /start the lab: npm start$/ })
  t.match(planBrowser({ ...linux, proxies: [], platform: 'darwin' }), { problem: /docker compose up$/ })
  t.match(planBrowser({ ...linux, screen: false }), {
    problem: /no screen here .* curl --noproxy '' --socks5-hostname 127\.20\.0\.8:1080 http:\/\/www/,
  })
})

t.test('candidates(): each system is searched where it keeps its browsers', async t => {
  const paths = (platform: Parameters<typeof candidates>[0], around = {}) =>
    candidates(platform, {
      home: '/home/ana',
      path: ['/usr/local/bin', '/mnt/c/Windows'],
      programFolders: [],
      ...around,
    }).map(({ path }) => path)
  const onLinux = paths('linux')
  t.ok(onLinux.indexOf('/snap/bin/firefox') < onLinux.indexOf('/usr/bin/firefox'), 'the snap before its wrapper')
  for (const path of ['/usr/local/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/microsoft-edge'])
    t.ok(onLinux.includes(path), path)
  t.notOk(onLinux.some(path => path.startsWith('/mnt/')))
  t.equal(paths('wsl')[0], '/mnt/c/Program Files/Google/Chrome/Application/chrome.exe')
  t.ok(paths('wsl').includes('/usr/bin/firefox'))
  t.ok(paths('darwin').includes('/home/ana/Applications/Firefox.app/Contents/MacOS/firefox'))
  const onWindows = paths('win32', { programFolders: ['C:\\Program Files', 'C:\\Users\\ana\\AppData\\Local'] })
  t.ok(onWindows.includes('C:\\Users\\ana\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe'))
  t.ok(onWindows.includes('C:\\Program Files\\Mozilla Firefox\\firefox.exe'))
})
