import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagePage } from './message.ts'
import { IPHONE_TAPS, readyPage } from './ready.ts'
import { signInPage } from './sign-in.ts'
import { welcomePage } from './welcome.ts'

const organization = 'Ängström & Söhne'
const welcome = {
  organization,
  caPath: '/CA',
  enrollPath: '/enroll',
  rootFingerprint: '9f2c41d0',
}

for (const privateRoot of [true, false]) {
  test(`welcomes with the organisation, the root certificate and the way to enroll, private root: ${privateRoot}`, () => {
    const page = welcomePage({ ...welcome, privateRoot })

    assert.match(page, /<h1>Set up your device for Ängström &amp; Söhne<\/h1>/)
    assert.match(page, /<a [^>]*href="\/CA"/)
    assert.match(page, /<a [^>]*href="\/enroll"/)
    assert.match(page, /self-signed/)
    assert.match(page, /Certificate Trust Settings/)
    assert.match(page, /9F 2C 41 D0/)
  })
}

test('puts the root certificate before the enrollment only where devices do not trust it yet', () => {
  const first = (page: string) => /href="(\/CA|\/enroll)"/.exec(page)?.[1]

  assert.equal(first(welcomePage({ ...welcome, privateRoot: true })), '/CA')
  assert.equal(first(welcomePage({ ...welcome, privateRoot: false })), '/enroll')
})

test('asks for name and password in a way that password managers fill', () => {
  const page = signInPage({ organization, action: '/enroll' })

  assert.match(page, /<form method="post" action="\/enroll">/)
  assert.match(page, /name="name" type="text" value="" autocomplete="username"/)
  assert.match(page, /name="password" type="password" autocomplete="current-password"/)
  assert.doesNotMatch(page, /role="alert"|aria-invalid|aria-describedby/)
})

test('says what was wrong beside the fields, keeps the name and never the password', () => {
  const page = signInPage({
    organization,
    action: '/enroll',
    name: '"anna"',
    problem: 'No <match>.',
  })

  assert.match(page, /id="problem" role="alert">.*No &lt;match&gt;\./)
  assert.equal(page.match(/aria-invalid="true" aria-describedby="problem"/g)?.length, 2)
  assert.match(page, /value="&quot;anna&quot;"/)
  assert.equal(page.match(/ value=/g)?.length, 1)
})

test('shows exactly the taps that will come, counted and in order', () => {
  const view = { organization, accountName: 'Anna', profilePath: '/enroll/profile' }
  const page = readyPage({ ...view, taps: IPHONE_TAPS })

  assert.match(page, /<a [^>]*href="\/enroll\/profile"/)
  assert.match(page, /seven steps/)
  assert.match(page, /eight minutes/)
  assert.deepEqual(
    [...page.matchAll(/<li><p>.*?<b>([^<]*)<\/b>/g)].map(([, word]) => word),
    ['Allow', 'Close', 'Settings', 'Install', 'passcode', 'Install', 'Profile Installed'],
  )
  assert.match(readyPage({ ...view, taps: ['allow', 'install', 'done'] }), /three steps/)
})

test('offers a way on and a support code only where there is one', () => {
  const view = { organization, title: 'Not found', text: 'There is no such page.' }
  const full = messagePage({ ...view, action: { href: '/', label: 'Start' }, supportCode: 'K7Q' })

  assert.match(full, /<a class="button" href="\/">Start/)
  assert.match(full, /<code>K7Q<\/code>/)
  assert.doesNotMatch(messagePage(view), /class="button"|<code>/)
})

test('names the organisation in the title and the header of every portal page', () => {
  const page = messagePage({ organization, title: 'Not found', text: '' })

  assert.match(page, /<title>Not found · Ängström &amp; Söhne<\/title>/)
  assert.match(page, /<header class="top"><a class="brand" href="\/">.*>Ä<.*Ängström &amp; Söhne/)
})

test('offers each way to sign in that is on, and whatever a proxy says of somebody is text', () => {
  const organization = 'ACME Inc.'
  const provider = { href: '/enroll/oidc?a=1&b=2', label: 'Example "ID"' }
  const all = signInPage({ organization, action: '/enroll', provider })
  assert.match(all, /href="\/enroll\/oidc\?a=1&amp;b=2">Sign in with Example &quot;ID&quot;</)
  assert.match(all, /type="password"/)
  const hostile = '<script>alert(1)</script>'
  const page = signInPage({
    ...{ organization, action: '/enroll', hasPassword: false, proxyAction: '/enroll/proxy' },
    identity: { name: hostile, fullName: `"${hostile}` },
  })
  assert.doesNotMatch(page, /<script|type="password"/)
  assert.match(page, /action="\/enroll\/proxy"/)
})
