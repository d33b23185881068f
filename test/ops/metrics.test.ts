import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificate } from '../../src/protocol/x509/index.ts'
import { dialects } from '../dialect.ts'
import { ACCOUNT } from '../harness.ts'
import { request } from '../request.ts'
import { readMetric, startOpsServer } from './ops-server.ts'

const HOUR = 3_600_000
const SAMPLE = /^[a-z_]+(?:\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})? (?:[0-9.e+-]+|\+Inf)$/

for (const dialect of dialects) {
  test(`an enrollment shows in the metrics, step by step (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using running = await startOpsServer({ location: place.location })
    const { server, ops } = running
    const outcome = await server.enroll()
    assert.equal(outcome.kind, 'configured', JSON.stringify(outcome))

    const expected = {
      'windfall_enrollments_total{outcome="configured"}': 1,
      'windfall_enrollment_steps_total{step="signed_in",result="ok",reason=""}': 1,
      'windfall_enrollment_steps_total{step="phase3_answered",result="ok",reason=""}': 1,
      'windfall_enrollment_step_duration_seconds_count{step="phase2_answered"}': 1,
      'windfall_enrollments_active{state="offered"}': 0,
      // For its own identity, and for the certificate that the configuration asks for.
      'windfall_scep_requests_total{operation="GetCACert",status="success",fail_info=""}': 2,
      'windfall_scep_request_duration_seconds_count{operation="PKIOperation"}': 2,
      'windfall_certificates_issued_total{purpose="ota"}': 1,
      'windfall_certificates_issued_total{purpose="service"}': 1,
      'windfall_profiles_served_total{kind="profile_service"}': 1,
      'windfall_profiles_served_total{kind="identity"}': 1,
      'windfall_profiles_served_total{kind="configuration"}': 1,
      windfall_overload_refusals_total: 0,
      'http_server_request_duration_seconds_count{route="/profile",method="POST",status_class="2xx"}': 2,
    }
    for (const [series, count] of Object.entries(expected)) {
      assert.equal(await readMetric(ops, series), count, series)
    }
  })

  test(`what is refused or has expired is counted by its reason (${dialect.name})`, {
    skip: dialect.skip,
  }, async () => {
    await using place = await dialect.create()
    await using running = await startOpsServer({
      location: place.location,
      env: { WINDFALL_ENROLLMENT__MINIMUM_IOS: '99' },
    })
    const { server, ops } = running
    const { accounts, enrollment } = server.app.core.services
    assert.equal((await server.enroll()).kind, 'failed')
    const [anna] = await accounts.list({ limit: 100 })
    await enrollment.begin(anna ?? assert.fail(), { remoteAddress: '127.0.0.1', userAgent: null })
    server.clock.advance(2 * HOUR)
    await enrollment.expire()

    const expected = {
      'windfall_enrollment_steps_total{step="phase2_refused",result="refused",reason="os_too_old"}': 1,
      'windfall_enrollments_total{outcome="refused"}': 1,
      'windfall_enrollment_steps_total{step="expired",result="failed",reason="timed_out"}': 1,
      'windfall_enrollments_total{outcome="expired"}': 1,
      'windfall_enrollments_active{state="authenticated"}': 0,
    }
    for (const [series, count] of Object.entries(expected)) {
      assert.equal(await readMetric(ops, series), count, series)
    }
  })
}

test('the end of every certificate that windfall depends on can be watched', async () => {
  await using running = await startOpsServer()
  const { server, ops } = running
  const ends = await Promise.all(
    ['kind="ca",name="root"', 'kind="ca",name="issuing"', 'kind="ra",name="ra"']
      .concat('kind="signing",name="profile-signer"', 'kind="tls",name="tls"')
      .map((labels) =>
        readMetric(ops, `windfall_certificate_not_after_timestamp_seconds{${labels}}`),
      ),
  )
  const root = decodeCertificate(server.app.core.services.site.rootCertificate)
  assert.equal(ends[0], root.notAfter / 1000)
  const days = ends.map((end) => Math.round(((end ?? 0) - server.clock.now() / 1000) / 86_400))
  assert.deepEqual(days, [20 * 365, 10 * 365, 3 * 365, 3 * 365, 824])
})

test('every line of the metrics is of the text format of Prometheus', async () => {
  await using running = await startOpsServer()
  await running.server.enroll()
  const { status, headers, body } = await request(running.ops, '/metrics')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const lines = body.toString().split('\n')
  assert.equal(lines.pop(), '')
  const typed = new Set<string>()
  for (const line of lines) {
    const type = /^# TYPE ([a-z_]+) (?:counter|gauge|histogram)$/.exec(line)?.[1]
    if (type !== undefined) {
      assert(!typed.has(type), `${type} twice`)
      typed.add(type)
    }
    const isHead = type !== undefined || /^# HELP [a-z_]+ \S/.test(line)
    assert(isHead || SAMPLE.test(line), line)
  }
  for (const name of ['windfall_build_info', 'process_open_fds', 'nodejs_heap_size_used_bytes']) {
    assert(typed.has(name), name)
  }
  for (const identifier of [ACCOUNT.name, /enr_/, /[0-9a-f]{8}-[0-9A-F]{4}/i, /00008120/]) {
    assert.doesNotMatch(body.toString(), new RegExp(identifier), 'a label names somebody')
  }
})

test('the listener for everybody offers neither health nor metrics', async () => {
  await using running = await startOpsServer()
  for (const path of ['/livez', '/readyz', '/metrics']) {
    assert.equal((await request(running.server, path)).status, 404, path)
    assert.equal((await request(running.ops, path)).status, 200, path)
  }
})
