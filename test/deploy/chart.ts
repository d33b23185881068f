import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { ROOT } from './files.ts'

/** Where Debian, people and Go put it. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), 'go/bin')]
const helm = folders.map((folder) => join(folder, 'helm')).find(existsSync)

/** For the `skip` option of tests that render. */
export const skipWithoutHelm: string | false = helm === undefined && 'helm is not installed'

export const CHART = join(ROOT, 'deploy/helm/windfall')

/** Throws what helm prints about values that it refuses. */
export const callHelm = (...args: readonly string[]): string => {
  if (helm === undefined) throw new Error('helm is not installed')
  return execFileSync(helm, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

const labels = z.record(z.string(), z.string())
const named = z.object({ name: z.string() })
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) })
const selector = z.object({ matchLabels: labels })

const container = z.object({
  image: z.string(),
  securityContext: z.unknown(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
})

const pod = z.object({
  metadata: z.object({ labels }),
  spec: z.object({
    automountServiceAccountToken: z.boolean(),
    enableServiceLinks: z.boolean(),
    terminationGracePeriodSeconds: z.number(),
    securityContext: z.record(z.string(), z.unknown()),
    containers: z.tuple([container]),
    volumes: z.array(
      named.extend({
        secret: z
          .object({
            secretName: z.string(),
            defaultMode: z.number(),
            items: z.array(z.object({ key: z.string(), path: z.string() })).optional(),
          })
          .optional(),
      }),
    ),
  }),
})

const resource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ConfigMap'), metadata: named, data: labels }),
  z.object({
    kind: z.literal('Service'),
    metadata: named,
    spec: z.object({
      selector: labels,
      clusterIP: z.string().optional(),
      ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
    }),
  }),
  z.object({
    kind: z.literal('StatefulSet'),
    metadata: named,
    spec: z.object({
      replicas: z.number(),
      serviceName: z.string(),
      podManagementPolicy: z.string(),
      selector,
      template: pod,
      volumeClaimTemplates: z.array(z.object({ metadata: named })).optional(),
    }),
  }),
  z.object({
    kind: z.literal('PodDisruptionBudget'),
    metadata: named,
    spec: z.object({ maxUnavailable: z.number(), selector }),
  }),
  z.object({
    kind: z.literal('NetworkPolicy'),
    metadata: named,
    spec: z.object({
      podSelector: selector,
      policyTypes: z.array(z.string()),
      ingress: z.array(
        z.object({
          ports: z.array(z.object({ port: z.string() })),
          from: z.array(z.unknown()).optional(),
        }),
      ),
    }),
  }),
  z.object({
    kind: z.literal('ServiceMonitor'),
    metadata: named,
    spec: z.object({
      selector,
      endpoints: z.array(z.object({ port: z.string(), path: z.string() })),
    }),
  }),
])

type Resource = z.output<typeof resource>
type Kind = Resource['kind']

/** What the chart makes of these values (`key=value`). */
export const render = (...values: readonly string[]): readonly Resource[] => {
  const sets = values.flatMap((value) => ['--set', value])
  const text = callHelm('template', 'windfall', CHART, '--kube-version', '1.33.0', ...sets)
  // Kubernetes reads YAML 1.1, in which 0400 is octal.
  return parseAllDocuments(text, { version: '1.1' }).map((each) => resource.parse(each.toJS()))
}

/** All resources of that kind, in the order in which they are rendered. */
export const ofKind = <K extends Kind>(
  resources: readonly Resource[],
  kind: K,
): readonly Extract<Resource, { kind: K }>[] => resources.filter((each) => isKind(each, kind))

const isKind = <K extends Kind>(each: Resource, kind: K): each is Extract<Resource, { kind: K }> =>
  each.kind === kind
