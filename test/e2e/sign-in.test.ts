import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { basic, openProfile } from '../device.ts'
import { ACCOUNT, startTestServer, type TestServer } from '../harness.ts'
import { callApi, getEnrollment, listEnrollments, readJson } from '../operator.ts'
import { type Answer, request } from '../request.ts'

const server = await startTestServer()
after(() => server[Symbol.asyncDispose]())

const PROFILE = 'application/x-apple-aspen-config'
const html = { accept: 'text/html,application/xhtml+xml' }

const postForm = async (
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  await request(server, '/enroll', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...html, ...headers },
    body: new URLSearchParams(fields).toString(),
  })

const cookieOf = ({ headers }: Answer): string =>
  headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no cookie')

test('[mission H5] asks a program without credentials for HTTP Basic', async () => {
  const { status, headers, body } = await request(server, '/enroll')

  assert.equal(status, 401)
  assert.match(headers['www-authenticate'] ?? '', /^Basic realm="windfall"/)
  assert.doesNotMatch(body.toString(), /<plist/)
})

test('[mission H5] shows a browser without credentials the sign-in page', async () => {
  const { status, headers, body } = await request(server, '/enroll', { headers: html })

  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^text\/html/)
  assert.match(body.toString(), /<form method="post" action="\/enroll">/)
})

test('[mission H5] refuses wrong credentials, whether the name exists or not', async () => {
  const wrong = [
    { ...ACCOUNT, password: 'wrong' },
    { ...ACCOUNT, name: 'nobody' },
    { ...ACCOUNT, password: '' },
  ]
  const before = await listEnrollments(server)
  for (const account of wrong) {
    const { status, headers } = await request(server, '/enroll', { headers: basic(account) })

    assert.equal(status, 401)
    assert.match(headers['www-authenticate'] ?? '', /^Basic /)
  }
  assert.deepEqual(await listEnrollments(server), before)
})

test('[mission H5] gives the profile for the right credentials, and names are of any case', async () => {
  for (const name of [ACCOUNT.name, ACCOUNT.name.toUpperCase()]) {
    const headers = basic({ ...ACCOUNT, name })
    const answer = await request(server, '/enroll', { headers })

    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], PROFILE)
    assert.equal((await getEnrollment(server)).state, 'offered')
  }
})

test('[mission H5] refuses an account holder who was disabled', async () => {
  const account = { name: 'former', password: 'was good until today' }
  const added = { method: 'POST', body: JSON.stringify(account) }
  readJson(await callApi(server, '/accounts', added))
  assert.equal((await request(server, '/enroll', { headers: basic(account) })).status, 200)
  readJson(await callApi(server, '/accounts/former/disable', { method: 'POST' }))

  assert.equal((await request(server, '/enroll', { headers: basic(account) })).status, 401)
})

test('[mission H5] signs in by form, greets, and hands out the profile of that sign-in', async () => {
  const signedIn = await postForm({ ...ACCOUNT })
  assert.equal(signedIn.status, 303)
  assert.equal(signedIn.headers.location, '/enroll/ready')
  const attributes = signedIn.headers['set-cookie']?.[0] ?? ''
  for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) {
    assert.ok(attributes.split('; ').includes(attribute), attribute)
  }

  const headers = { ...html, cookie: cookieOf(signedIn) }
  const ready = await request(server, '/enroll/ready', { headers })
  assert.equal(ready.status, 200)
  assert.match(ready.body.toString(), /Anna Example/)

  const { id } = await getEnrollment(server)
  const profile = await request(server, '/enroll/profile', { headers })
  assert.equal(profile.headers['content-type'], PROFILE)
  assert.match(profile.headers['content-disposition'] ?? '', /^attachment; .*\.mobileconfig"$/)
  assert.equal(openProfile(profile.body).get('PayloadType'), 'Profile Service')
  assert.equal((await getEnrollment(server, id)).state, 'offered')
})

test('[mission H5] shows the form again for wrong credentials, without repeating the password', async () => {
  const { status, headers, body } = await postForm({ ...ACCOUNT, password: 'my secret guess' })

  assert.equal(status, 403)
  assert.equal(headers['set-cookie'], undefined)
  assert.match(body.toString(), /role="alert"/)
  assert.match(body.toString(), /value="anna"/)
  assert.doesNotMatch(body.toString(), /my secret guess/)
})

test('gives nothing to a browser that did not sign in', async () => {
  for (const path of ['/enroll/ready', '/enroll/profile']) {
    for (const cookie of ['', '__Host-windfall-enroll=guessed']) {
      const { status, headers } = await request(server, path, { headers: { ...html, cookie } })

      assert.equal(status, 403)
      assert.match(headers['content-type'] ?? '', /^text\/html/)
    }
  }
})

test('takes no form from a page of another site', async () => {
  const { url } = server
  assert.equal((await postForm({ ...ACCOUNT }, { origin: url })).status, 303)
  assert.equal((await postForm({ ...ACCOUNT }, { origin: 'https://evil.example' })).status, 403)
  assert.equal((await postForm({ ...ACCOUNT }, { 'sec-fetch-site': 'cross-site' })).status, 403)
})

test('ends a sign-in after the minutes of the challenge', async () => {
  await using own: TestServer = await startTestServer({
    env: { WINDFALL_ENROLLMENT__CHALLENGE_MINUTES: '5' },
  })
  const form = { ...ACCOUNT }
  const signedIn = await request(own, '/enroll', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  const headers = { ...html, cookie: cookieOf(signedIn) }
  assert.equal((await request(own, '/enroll/ready', { headers })).status, 200)
  own.clock.advance(5 * 60_000)

  assert.equal((await request(own, '/enroll/ready', { headers })).status, 403)
  assert.equal((await request(own, '/enroll/profile', { headers })).status, 403)
})
