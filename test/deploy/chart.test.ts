import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadConfig } from '../../src/config/index.ts'
import { CHART, callHelm, ofKind, render, skipWithoutHelm } from './chart.ts'
import { PACKAGE, read } from './files.ts'

const options = { skip: skipWithoutHelm }

const URL_TEXT = 'postgres://windfall:secret@db/windfall'
const address = 'publicUrl=https://mdm.example.com'
const shared = [
  'postgres.existingSecret=windfall-postgres',
  'masterKey.existingSecret=windfall-master-key',
  'profileTemplate.existingSecret=windfall-template',
]

/** The stateful set and its only container. */
const renderPod = (...values: readonly string[]) => {
  const resources = render(address, ...values)
  const [set] = ofKind(resources, 'StatefulSet')
  assert.ok(set)
  const { spec } = set.spec.template
  return { resources, set, spec, container: spec.containers[0] }
}

test('the chart has the version of the package', () => {
  const chart = z
    .object({ version: z.string(), appVersion: z.string() })
    .parse(parse(read('deploy/helm/windfall/Chart.yaml')))
  assert.deepEqual(chart, { version: PACKAGE.version, appVersion: PACKAGE.version })
})

test('the default values are what their schema allows, all but the address that one must give', () => {
  const schema = z.fromJSONSchema(JSON.parse(read('deploy/helm/windfall/values.schema.json')))
  const values: object = parse(read('deploy/helm/windfall/values.yaml'))
  assert.deepEqual(
    schema.safeParse(values).error?.issues.map(({ path }) => path.join('.')),
    ['publicUrl'],
  )
  assert.ok(schema.safeParse({ ...values, publicUrl: 'https://mdm.example.com' }).success)
})

test('helm finds no fault in the chart', options, () => {
  assert.match(callHelm('lint', CHART, '--strict', '--set', address), / 0 chart\(s\) failed/)
})

test('the pod runs as nobody in particular and writes into its volumes alone', options, () => {
  const { spec, container } = renderPod()
  assert.equal(spec.automountServiceAccountToken, false)
  assert.equal(spec.enableServiceLinks, false)
  assert.deepEqual(spec.securityContext, {
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  })
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  })
  assert.equal(container.image, `windfall:${PACKAGE.version}`)
})

test('the server takes the configuration that the chart writes', options, () => {
  const { resources, container, spec } = renderPod(
    ...shared,
    'tls.existingSecret=windfall-tls',
    'config.organization.name=Example',
    'config.ops.minimumFreeMegabytes=64',
  )
  const [map] = ofKind(resources, 'ConfigMap')
  const files: Readonly<Record<string, string | undefined>> = {
    '/etc/windfall/windfall.json': map?.data['windfall.json'],
    '/run/secrets/postgres/url': URL_TEXT,
  }
  const config = loadConfig({
    env: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
    readFile: (path) => files[path] ?? assert.fail(path),
  })
  assert.equal(config.publicUrl, 'https://mdm.example.com')
  assert.equal(config.organization.name, 'Example')
  assert.equal(config.database.url?.reveal(), URL_TEXT)
  assert.deepEqual(config.ops.listen, { host: '0.0.0.0', port: 8444 })
  assert.equal(config.ops.minimumFreeMegabytes, 64)
  assert.ok(spec.terminationGracePeriodSeconds > config.ops.stopDelaySeconds + 20)

  const given = [config.masterKeyFile, config.profile.templateFile]
  const mounted = spec.volumes.flatMap(({ name, secret }) => {
    const path = container.volumeMounts.find((mount) => mount.name === name)?.mountPath
    return (secret?.items ?? []).map((item) => `${path}/${item.path}`)
  })
  for (const file of given) assert.ok(mounted.includes(file), file)
  assert.equal(config.tls.keyFile, '/run/secrets/tls/tls.key')
  for (const { secret } of spec.volumes) assert.equal(secret?.defaultMode ?? 0o400, 0o400)
})

test('every mount has its volume, and every probe and service its port', options, () => {
  for (const values of [[], ['persistence.enabled=false', ...shared], ['tls.existingSecret=t']]) {
    const { resources, set, spec, container } = renderPod(...values)
    const volumes = [
      ...spec.volumes.map(({ name }) => name),
      ...(set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
    ]
    assert.deepEqual(container.volumeMounts.map(({ name }) => name).sort(), volumes.sort())
    const ports = container.ports.map(({ name }) => name)
    for (const { spec: service } of ofKind(resources, 'Service')) {
      for (const { targetPort } of service.ports) assert.ok(ports.includes(targetPort), targetPort)
      assert.deepEqual(service.selector, set.spec.selector.matchLabels)
    }
    const { startupProbe, livenessProbe, readinessProbe } = container
    assert.deepEqual(
      [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet),
      ['/livez', '/livez', '/readyz'].map((path) => ({ path, port: 'ops' })),
    )
  }
})

test('whatever selects the pods selects by labels that they have', options, () => {
  const { resources, set } = renderPod('serviceMonitor.enabled=true')
  const { labels } = set.spec.template.metadata
  const selections = [
    set.spec.selector,
    ...ofKind(resources, 'PodDisruptionBudget').map(({ spec }) => spec.selector),
    ...ofKind(resources, 'NetworkPolicy').map(({ spec }) => spec.podSelector),
  ]
  assert.equal(selections.length, 3)
  for (const { matchLabels } of selections) assert.deepEqual({ ...labels, ...matchLabels }, labels)
  const names = ofKind(resources, 'Service').map(({ metadata }) => metadata.name)
  assert.ok(names.includes(set.spec.serviceName))
})

test('several replicas share database, master key and template, or are refused', options, () => {
  assert.throws(() => render(address, 'replicas=2'), /replicas > 1 share a database/)
  for (const left of shared) {
    const others = shared.filter((value) => value !== left)
    assert.throws(() => render(address, 'replicas=2', ...others), /replicas > 1 share/)
  }
  const { set, resources } = renderPod('replicas=3', ...shared)
  assert.equal(set.spec.replicas, 3)
  assert.equal(set.spec.podManagementPolicy, 'OrderedReady')
  assert.equal(ofKind(resources, 'PodDisruptionBudget')[0]?.spec.maxUnavailable, 1)
})

test('values that would lose data or are misspelled are refused', options, () => {
  assert.throws(() => render(address, 'persistence.enabled=false'), /must lie elsewhere/)
  assert.throws(() => render(address, 'sevice.type=LoadBalancer'), /'sevice' not allowed/)
  assert.throws(() => render('publicUrl=http://mdm.example.com'), /does not match pattern/)
  assert.throws(() => render(address, 'config.database.url=x'), /config/)
})

test(
  'metrics and readiness are open to whom the values name, and to nobody by default',
  options,
  () => {
    const rulesWith = (...values: readonly string[]) => {
      const [policy] = ofKind(render(address, ...values), 'NetworkPolicy')
      return policy?.spec.ingress.map(({ ports, from }) => [ports[0]?.port, from?.length])
    }
    assert.deepEqual(rulesWith(), [['https', undefined]])
    const monitoring = 'networkPolicy.opsFrom[0].namespaceSelector.matchLabels.name=monitoring'
    assert.deepEqual(rulesWith(monitoring), [
      ['https', undefined],
      ['ops', 1],
    ])
  },
)

test('Prometheus is told of the pods where there is its operator', options, () => {
  assert.deepEqual(ofKind(render(address), 'ServiceMonitor'), [])
  const resources = render(address, 'serviceMonitor.enabled=true')
  const [monitor] = ofKind(resources, 'ServiceMonitor')
  assert.deepEqual(monitor?.spec.endpoints, [{ port: 'ops', path: '/metrics' }])
})
