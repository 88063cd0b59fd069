/**
 * The manifests of deploy/kubernetes/, as values; and the programs that they start, each with its environment.
 *
 * Read beside: ../kubernetes.test.ts, ../network/pods.test.ts
 * Touches the world: reads the files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: unknown
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
}

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string }
    readonly configMapKeyRef?: { readonly name: string; readonly key: string }
    readonly secretKeyRef?: { readonly name: string; readonly key: string }
  }
}

interface Container {
  readonly command: readonly string[]
  readonly env: readonly Variable[]
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string; readonly port: number } }
  readonly securityContext?: object
}

export interface ProgramInPod {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly pod: { readonly securityContext?: object; readonly containers: readonly Container[] }
  readonly container: Container
  /** As the kubelet gives it to the program; what only a running pod has is its field path: `status.podIP`. */
  readonly env: Readonly<Record<string, string>>
}

/** All documents of all files, in the order in which `kubectl apply -f` reads them. @throws Error for a text that is not YAML */
export function manifests(): Manifest[] {
  const folder = new URL('../../deploy/kubernetes/', import.meta.url)
  return readdirSync(folder)
    .sort()
    .flatMap(file => parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')))
    .map(document => {
      for (const error of document.errors) throw error
      return document.toJS()
    })
}

export function programsIn(all: readonly Manifest[]): ProgramInPod[] {
  return all
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ metadata: { name }, spec }) => {
      const { metadata, spec: pod } = (
        spec as { template: { metadata: { labels: Record<string, string> }; spec: ProgramInPod['pod'] } }
      ).template
      const [container] = pod.containers
      if (!container) throw new Error(`${name} has no container`)
      return { name, labels: metadata.labels, pod, container, env: environmentOf(container, all) }
    })
}

/** `$(NAME)` in a value is an earlier variable. */
function environmentOf({ env }: Container, all: readonly Manifest[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const { name, value, valueFrom } of env)
    values[name] = (value ?? referenced(valueFrom, all)).replace(/\$\((\w+)\)/g, (text, name) => values[name] ?? text)
  return values
}

/** @throws Error when the ConfigMap or Secret does not have the key */
function referenced(from: Variable['valueFrom'], all: readonly Manifest[]): string {
  if (from?.fieldRef) return from.fieldRef.fieldPath
  const reference = from?.configMapKeyRef ?? from?.secretKeyRef
  const kind = from?.configMapKeyRef ? 'ConfigMap' : 'Secret'
  const source = all.find(manifest => manifest.kind === kind && manifest.metadata.name === reference?.name)
  const value = (source?.data ?? source?.stringData)?.[reference?.key ?? '']
  if (value === undefined) throw new Error(`there is no ${kind} ${reference?.name} with the key ${reference?.key}`)
  return value
}
