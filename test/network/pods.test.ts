/**
 * The programs with the settings of deploy/kubernetes/, each in a pod: its own address is on no map, and it reaches the others through Services.
 * The cluster is the bridge with the rules that kube-proxy would make. No part of Kubernetes itself runs here.
 */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { COMPOSE_PREFIX, type Host, hostNamed, networkMap, WWW } from '#shared/network-map.ts'
import { WebClient } from '../../client/web-client.ts'
import { Child } from '../../lab/child.ts'
import { roster } from '../../lab/roster.ts'
import { startComponent } from '../../lab/start-component.ts'
import { manifests, programsIn } from '../testing/manifests.ts'
import { inNamespace } from '../testing/namespace.ts'
import { until } from '../testing/until.ts'
import { buildBridge, VISITOR_ADDRESS, within } from './bridge.ts'
import { whyNoFaults } from './host-faults.ts'
import { addServices, inPod, mountConfigMap, nameServices, POD_PREFIX, podAddress } from './pods.ts'

const map = networkMap(COMPOSE_PREFIX)
const NAMES = ['mysql', 'redis', 'ns1', 'ns2', 'backend1', 'backend2', 'backend3', 'frontend1', 'frontend2']
const hosts = NAMES.map(name => hostNamed(map, name))
const all = manifests()

/** Starts the databases, and then every program as its Deployment says. */
async function startPods(t: Test): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pods-'))
  buildBridge(hosts.map(inPod))
  addServices(hosts)
  nameServices(folder, hosts)
  const onChild = (child: Child) => t.teardown(() => child.kill())
  const [databases = []] = roster(map, {
    ...{ dns: 'own', edge: 'own', folder, applications: [], broker: 'redis', faults: false, ha: false },
  })
  const inPods = databases.map(component => ({ ...component, host: inPod(component.host) }))
  await Promise.all(
    inPods.map(component => startComponent(component, folder, { onChild, report() {} }, within(component.host.name))),
  )
  const zones = mountConfigMap(
    join(folder, 'zones'),
    all.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'zones')?.data ?? {},
  )
  const programs = programsIn(all).filter(({ name }) => NAMES.includes(name))
  await Promise.all(
    programs.map(async ({ name, container, env }) => {
      const [, program = ''] = container.command
      const child = Child.start({
        name,
        command: [...within(name), process.execPath, program],
        // The container has the zone at the default place.
        env: { ...env, LISTEN_ADDRESS: podAddress(hostNamed(map, name)), ZONES: zones },
        logFile: join(folder, 'logs', `${name}.log`),
      })
      onChild(child)
      await child.ready()
    }),
  )
}

/** A request from one of this process' addresses. */
async function ask(address: string, port: number, path: string, from: string, id: string) {
  const asked = request({ host: address, port, path, localAddress: from, headers: { 'X-Request-Id': id } })
  asked.end()
  const [response] = await once(asked, 'response')
  response.resume()
  return { status: response.statusCode as number, id: response.headers['x-request-id'] as string }
}

await inNamespace(
  t,
  import.meta.filename,
  () => {
    t.test('the lab in pods', { timeout: 120_000 }, async t => {
      await startPods(t)
      const pods = `${POD_PREFIX}.1`

      await t.test('every readiness probe passes, at the address of the pod', async t => {
        for (const { name, container } of programsIn(all).filter(({ name }) => NAMES.includes(name))) {
          const { path, port } = container.readinessProbe?.httpGet ?? { path: '', port: 0 }
          await until(`${name} is ready`, async () => {
            const { status } = await ask(podAddress(hostNamed(map, name)), port, path, pods, 'probe')
            return status === 200
          })
          t.pass(name)
        }
      })

      await t.test('both name servers answer at their Service, and the edges find the backends there', async t => {
        for (const server of ['ns1', 'ns2']) {
          const client = new WebClient({ servers: [hostNamed(map, server)] })
          t.teardown(() => client.close())
          const login = { username: 'bruno', password: 'bruno-no-laboratorio' }
          t.equal((await client.send(`http://${WWW}/login`, { method: 'POST', json: login })).status, 200, server)
          const seen = new Set<string | undefined>()
          for (let round = 0; round < 3; round++) {
            const response = await client.send(`http://${WWW}/perfil`, {
              address: `${COMPOSE_PREFIX}.${20 + (round % 2)}`,
            })
            t.equal(response.status, 200)
            seen.add(response.backend)
          }
          t.ok(seen.size > 1, `the session works on every backend: ${[...seen].join(', ')}`)
        }
      })

      await t.test('a backend trusts the fields of a pod, and of no other client', async t => {
        const backend: Host = hostNamed(map, 'backend1')
        t.equal((await ask(podAddress(backend), 3000, '/status', pods, 'from-an-edge')).id, 'from-an-edge')
        t.not((await ask(podAddress(backend), 3000, '/status', VISITOR_ADDRESS, 'from-outside')).id, 'from-outside')
      })
    })
  },
  whyNoFaults(),
  'none',
)
