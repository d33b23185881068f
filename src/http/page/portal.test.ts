import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outlook } from '../../service/enrollment/index.ts'
import { TEXTS } from '../text/index.ts'
import { messagePage } from './message.ts'
import { abilitiesOf, effectOf } from './sees.ts'
import { signInPage } from './sign-in.ts'
import { type Dialogs, tapsOf } from './taps.ts'
import { welcomePage } from './welcome.ts'

const organization = 'Ängström & Söhne'
const texts = TEXTS.en
const OUTLOOK: Outlook = {
  profileName: 'Profile Service',
  signerName: 'Signer',
  isOwnSigner: true,
  attributes: ['UDID', 'SERIAL'],
  payloads: [{ type: 'com.apple.wifi.managed', accessRights: undefined }],
  hasConsent: false,
  isLocked: false,
  hasRemovalPassword: false,
}
const welcome = {
  organization,
  texts,
  caPath: '/CA',
  enrollPath: '/enroll',
  address: 'https://example.com/',
  rootFingerprint: '9f2c41d0',
  viewer: { gear: 'iphone', kind: 'apple', browser: undefined },
  outlook: OUTLOOK,
} as const

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
  const page = signInPage({ organization, texts, action: '/enroll' })

  assert.match(page, /<form method="post" action="\/enroll">/)
  assert.match(page, /name="name" type="text" value="" autocomplete="username"/)
  assert.match(page, /name="password" type="password" autocomplete="current-password"/)
  assert.doesNotMatch(page, /role="alert"|aria-invalid|aria-describedby/)
})

test('says what was wrong beside the fields, keeps the name and never the password', () => {
  const page = signInPage({
    organization,
    texts,
    action: '/enroll',
    name: '"anna"',
    problem: 'No <match>.',
  })

  assert.match(page, /id="problem" role="alert">.*No &lt;match&gt;\./)
  assert.equal(page.match(/aria-invalid="true" aria-describedby="problem"/g)?.length, 2)
  assert.match(page, /value="&quot;anna&quot;"/)
  assert.equal(page.match(/ value=/g)?.length, 1)
})

test('offers a way on and a support code only where there is one', () => {
  const view = { organization, texts, title: 'Not found', text: 'There is no such page.' }
  const full = messagePage({ ...view, action: { href: '/', label: 'Start' }, supportCode: 'K7Q' })

  assert.match(full, /<a class="button" href="\/">Start/)
  assert.match(full, /<code>K7Q<\/code>/)
  assert.doesNotMatch(messagePage(view), /class="button"|<code>/)
})

test('names the organisation in the title and the header of every portal page', () => {
  const page = messagePage({ organization, texts, title: 'Not found', text: '' })

  assert.match(page, /<title>Not found · Ängström &amp; Söhne<\/title>/)
  assert.match(page, /<header class="top"><a class="brand" href="\/">.*>Ä<.*Ängström &amp; Söhne/)
})

test('writes Arabic from the right, and operators get no choice of languages', () => {
  const view = { organization, title: 'x', text: 'y' }

  assert.match(messagePage({ ...view, texts: TEXTS.ar }), /<html lang="ar" dir="rtl">/)
  assert.match(messagePage({ ...view, texts: TEXTS.de }), /<html lang="de">/)
  assert.match(messagePage({ ...view, texts }), /href="\?lang=ja"/)
  assert.doesNotMatch(messagePage(view), /\?lang=/)
})

const PLAIN: Dialogs = {
  gear: 'iphone',
  isVerified: true,
  hasConsent: false,
  hasWarning: false,
  hasMdm: false,
}

test('counts the dialogs that this profile causes on this device, and no other', () => {
  const plain = ['allow', 'close', 'downloaded', 'install', 'passcode', 'confirm', 'done']

  assert.deepEqual(tapsOf(PLAIN), plain)
  assert.deepEqual(tapsOf({ ...PLAIN, gear: 'ipad' }), plain)
  assert.deepEqual(tapsOf({ ...PLAIN, isVerified: false }), plain.toSpliced(5, 0, 'warning'))
  assert.deepEqual(tapsOf({ ...PLAIN, hasWarning: true }), plain.toSpliced(5, 0, 'warning'))
  assert.deepEqual(tapsOf({ ...PLAIN, hasConsent: true }), plain.toSpliced(5, 0, 'consent'))
  assert.deepEqual(tapsOf({ ...PLAIN, hasMdm: true }), plain.toSpliced(6, 0, 'trust'))
  assert.ok(tapsOf({ ...PLAIN, gear: 'mac' }).every((tap) => tap.startsWith('mac')))
})

test('tells what a payload does by its type, the nearest known', () => {
  assert.equal(effectOf('com.apple.security.pkcs12'), 'identity')
  assert.equal(effectOf('com.apple.security.pkcs1'), 'certificate')
  assert.equal(effectOf('com.apple.vpn.managed.applayer'), 'vpn')
  assert.equal(effectOf('com.example.other'), undefined)
  assert.equal(effectOf(''), undefined)
})

test('promises nothing that access rights or a VPN allow', () => {
  const mdm = (accessRights: number): Outlook => ({
    ...OUTLOOK,
    payloads: [{ type: 'com.apple.mdm', accessRights }],
  })
  const able = (outlook: Outlook) =>
    [...abilitiesOf(outlook)].filter(([, can]) => can).map(([ability]) => ability)

  assert.deepEqual(able(OUTLOOK), [])
  assert.deepEqual(able(mdm(8191)), ['apps', 'manageApps', 'inspect', 'lock', 'erase'])
  assert.deepEqual(able(mdm(4)), ['lock'])
  const vpn = { ...OUTLOOK, payloads: [{ type: 'com.apple.vpn.managed', accessRights: undefined }] }
  assert.deepEqual(able(vpn), ['traffic'])
  assert.equal(abilitiesOf(vpn).has('browsing'), false)
  // Rights of a payload that manages nothing mean nothing.
  const other = { ...OUTLOOK, payloads: [{ type: 'com.example.x', accessRights: 8191 }] }
  assert.deepEqual(able(other), [])
})

test('offers each way to sign in that is on, and whatever a proxy says of somebody is text', () => {
  const provider = { href: '/enroll/oidc?a=1&b=2', label: 'Example "ID"' }
  const all = signInPage({ organization, texts, action: '/enroll', provider })
  assert.match(all, /href="\/enroll\/oidc\?a=1&amp;b=2">Sign in with Example &quot;ID&quot;</)
  assert.match(all, /type="password"/)
  const hostile = '<script>alert(1)</script>'
  const page = signInPage({
    ...{ organization, texts, action: '/enroll', hasPassword: false, proxyAction: '/enroll/proxy' },
    identity: { name: hostile, fullName: `"${hostile}` },
  })
  assert.doesNotMatch(page, /<script|type="password"/)
  assert.match(page, /action="\/enroll\/proxy"/)
})
