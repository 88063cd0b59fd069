/**
 * deploy/kubernetes/ against the API schema of Kubernetes and against the map: valid fields, the addresses of the map, readiness, no privileges.
 *
 * test/network/pods.test.ts starts the programs with these settings.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { ServiceCIDR } from 'kubernetes-models/networking.k8s.io/v1/ServiceCIDR'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { Secret } from 'kubernetes-models/v1/Secret'
import { Service } from 'kubernetes-models/v1/Service'
import t from 'tap'
import { COMPOSE_PREFIX, hostNamed, hostsOf, networkMap } from '#shared/network-map.ts'
import { type Manifest, manifests, programsIn } from './testing/manifests.ts'

const KINDS = {
  Namespace,
  ServiceCIDR,
  ConfigMap,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  Deployment,
  StatefulSet,
}
const map = networkMap(COMPOSE_PREFIX)
const all = manifests()
const programs = programsIn(all)

const named = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`
const find = <Kind extends string>(kind: Kind) => all.filter(manifest => manifest.kind === kind)

/** The fields that a validator has looked at; it looks at those of the schema only. All keys of a map count, because it lists them. */
function watched(value: unknown, path: string, seen: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value, {
    get(target, key) {
      const field = Reflect.get(target, key)
      if (typeof key === 'symbol') return field
      seen.add(`${path}.${key}`)
      return watched(field, `${path}.${key}`, seen)
    },
    ownKeys(target) {
      for (const key of Reflect.ownKeys(target)) seen.add(`${path}.${String(key)}`)
      return Reflect.ownKeys(target)
    },
  })
}

function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, field]) => [`${path}.${key}`, ...fieldsOf(field, `${path}.${key}`)])
}

/** @throws Error that names what the API would refuse */
function validate(manifest: Manifest): string[] {
  const Kind = KINDS[manifest.kind as keyof typeof KINDS]
  if (!Kind) throw new Error(`${named(manifest)}: this kind is not in the test`)
  const seen = new Set<string>()
  // Called without the constructor, which would copy the manifest and so read every field.
  Kind.prototype.validate.call(watched(manifest, '', seen) as never)
  return fieldsOf(manifest).filter(field => !seen.has(field))
}

t.test('every manifest is valid, and has only fields that the API has', async t => {
  t.ok(all.length > 30)
  for (const manifest of all) t.strictSame(validate(manifest), [], named(manifest))
})

t.test('the test notices a field of the wrong type, a missing one and an unknown one', async t => {
  const [good] = find('Deployment') as [Manifest]
  const spec = good.spec as Record<string, unknown>
  t.throws(() => validate({ ...good, spec: { ...spec, replicas: '3' } }), { message: /replicas must be integer/ })
  t.throws(() => validate({ ...good, spec: { replicas: 1 } }), { message: /required property/ })
  t.strictSame(validate({ ...good, spec: { ...spec, replicaz: 3 } }), ['.spec.replicaz'])
})

t.test('every name server, backend and edge has a Deployment, and a Service at its address of the map', async t => {
  const hosts = (['dns', 'backend', 'frontend'] as const).flatMap(role =>
    hostsOf(map, role).filter(({ spare }) => !spare),
  )
  t.strictSame(programs.map(({ name }) => name).sort(), hosts.map(({ name }) => name).sort())
  for (const { name, role, address, port } of hosts) {
    const service = find('Service').find(({ metadata }) => metadata.name === name)
    t.match(service?.spec, { clusterIP: address, selector: { host: name }, ports: [{ port }] }, name)
    const program = programs.find(program => program.name === name)
    t.match(program?.labels, { host: name, role }, name)
    t.equal(program?.env.ADDRESS, address)
    t.equal(program?.env.LISTEN_ADDRESS, 'status.podIP')
  }
})

t.test('the zone and the table of users are those of the repository', async t => {
  const dataOf = (name: string) => find('ConfigMap').find(({ metadata }) => metadata.name === name)?.data
  const folder = new URL('../dns-server/zones/', import.meta.url)
  const files = readdirSync(folder).map(name => [name, readFileSync(new URL(name, folder), 'utf8')])
  t.strictSame(dataOf('zones'), Object.fromEntries(files), 'copy the changed zone into deploy/kubernetes/2-zone.yaml')
  const table = readFileSync(new URL('../db/init.sql', import.meta.url), 'utf8')
  t.strictSame(dataOf('database'), { 'init.sql': table }, 'copy db/init.sql into deploy/kubernetes/4-databases.yaml')
})

t.test('readiness is /healthz, a budget keeps most of each role, and no pod has privileges', async t => {
  for (const { name, labels, pod, container } of programs) {
    const probe =
      labels.role === 'dns' ? { path: '/status', port: 9100 } : { path: '/healthz', port: hostNamed(map, name).port }
    t.match(container.readinessProbe?.httpGet, probe, name)
    const budget = find('PodDisruptionBudget').find(({ metadata }) => metadata.name === labels.role)
    const same = programs.filter(other => other.labels.role === labels.role).length
    t.strictSame(budget?.spec, { minAvailable: same - 1, selector: { matchLabels: { role: labels.role } } }, name)
    t.match(pod.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, name)
    t.strictSame(
      container.securityContext,
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      name,
    )
  }
})

t.test('whatever a policy or a Service selects exists', async t => {
  const pods = [...find('Deployment'), ...find('StatefulSet')].map(
    ({ spec }) => (spec as { template: { metadata: { labels: object } } }).template.metadata.labels,
  )
  const selectors = [
    ...find('Service').map(({ spec }) => (spec as { selector: object }).selector),
    ...find('NetworkPolicy').map(
      ({ spec }) => (spec as { podSelector: { matchLabels?: object } }).podSelector.matchLabels,
    ),
  ]
  for (const selector of selectors)
    t.ok(
      pods.some(labels => Object.entries(selector ?? {}).every(([key, value]) => labels[key as never] === value)),
      JSON.stringify(selector),
    )
})
