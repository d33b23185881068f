import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { invitationPage, posterPage, qrCode } from '../../src/http/page/index.ts'
import { TEXTS } from '../../src/http/text/index.ts'
import { LANGUAGES, newId } from '../../src/model/index.ts'
import { composeMail, composeSms } from '../../src/service/invitation/compose.ts'
import { invitationTexts, parsePhoneNumber } from '../../src/service/invitation/index.ts'
import { findChromium } from '../page/browser.ts'
import { NOW } from '../rows.ts'

const executablePath = findChromium()
const skip = executablePath === undefined && 'chromium is absent'

const HOSTILE = '<img src=x onerror=alert(1)> & "{link}" {date}'
const LINK = 'https://mdm.example.com/i/abcdefghijklmnopqrstuv'

const contentOf = (language: (typeof LANGUAGES)[number], name = 'Anna Example') => ({
  organization: 'Example & Sons',
  link: LINK,
  invitation: {
    account: { id: newId('account', NOW), name: 'anna', fullName: name },
    language,
    expiresAt: NOW,
  },
})

test('every language says everything, in its own words, and leaves no hole open', () => {
  const said = LANGUAGES.map((language) => {
    const { subject, text, html } = composeMail(contentOf(language))
    const { text: sms } = composeSms(contentOf(language))
    for (const each of [subject, text, html, sms]) assert.doesNotMatch(each, /\{\w+\}/)
    for (const each of [text, html, sms]) assert.ok(each.includes(LINK))
    assert.ok(text.includes('Anna Example') && text.includes('Example & Sons'))
    assert.ok(html.includes('Example &amp; Sons'))
    assert.match(
      html,
      new RegExp(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`),
    )
    return [text, subject]
  })
  assert.equal(new Set(said.flat()).size, 2 * LANGUAGES.length)
  const holesOf = (language: (typeof LANGUAGES)[number]) =>
    Object.entries(invitationTexts(language)).map(([key, value]) => [
      key,
      [value].flat().map((text) => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted()),
    ])
  for (const language of LANGUAGES) assert.deepEqual(holesOf(language), holesOf('en'), language)
})

test('what a name holds stays text', () => {
  const { html, text } = composeMail(contentOf('en', HOSTILE))
  const { invitation, organization } = contentOf('de', HOSTILE)
  const page = invitationPage({ organization, texts: TEXTS.de, action: '/i/x', invitation })
  const poster = posterPage({ organization, url: LINK, invitation })
  for (const each of [html, page, poster]) {
    assert.doesNotMatch(each, /<img/)
    assert.ok(each.includes('&lt;img'))
    assert.ok(each.includes('{link}'))
  }
  assert.ok(text.includes(HOSTILE))
})

test('reads phone numbers as people write them, and none without its country', () => {
  for (const [text, number] of [
    ['+49 151 123-456 78', '+4915112345678'],
    ['0049 (151) 12345678', '+4915112345678'],
    ['+1.500.555.0006', '+15005550006'],
    ['0151 12345678', undefined],
    ['+49', undefined],
    ['+0151234567', undefined],
    ['+4915112345678901', undefined],
    ['phone', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(parsePhoneNumber(text), number, text)
  }
})

test('a poster is one page of A4 in every language, with a code that fills its place', {
  skip,
}, async () => {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-dev-shm-usage'],
  })
  try {
    await using context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    for (const language of LANGUAGES) {
      const { invitation, organization } = contentOf(
        language,
        'Maximiliane Mustermann-Beispielhausen',
      )
      await page.setContent(posterPage({ organization, url: LINK, invitation }))
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, language)
      const box = await page.locator('svg.qr').boundingBox()
      assert.ok(box !== null && box.width > 300 && Math.abs(box.width - box.height) < 1)
    }
  } finally {
    await browser.close()
  }
})

test('a code is dark on light, with the margin that cameras need', () => {
  const svg = qrCode(LINK)
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  assert.ok(size >= 25 + 8)
  const runs = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)].map(([, x, y, length]) => ({
    ...{ x: Number(x), y: Number(y), end: Number(x) + Number(length) },
  }))
  assert.ok(runs.every(({ x, y, end }) => x >= 4 && y >= 4 && y < size - 4 && end <= size - 4))
  // The finder patterns of the upper corners, and of the lower left one.
  for (const [x, y] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    assert.ok(runs.some((run) => run.x === x && run.y === y && run.end === x + 7))
  }
  assert.match(svg, /<rect width="\d+" height="\d+" fill="#fff"\/><path fill="#000"/)
})
