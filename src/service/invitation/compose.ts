import type { Invitation } from '../../store/index.ts'
import type { Mail, Sms } from './message.ts'
import { directionOf, fill, formatDay, invitationTexts } from './text/index.ts'

interface Content {
  readonly invitation: Pick<Invitation, 'account' | 'language' | 'expiresAt'>
  readonly organization: string
  readonly link: string
}

const valuesOf = ({ invitation, organization, link }: Content) => ({
  organization,
  link,
  name: invitation.account.fullName ?? invitation.account.name,
  date: formatDay(invitation.language, invitation.expiresAt),
})

/** The mail that invites, as text and as HTML. */
export const composeMail = (content: Content): Pick<Mail, 'subject' | 'text' | 'html'> => {
  const { language } = content.invitation
  const texts = invitationTexts(language)
  const values = valuesOf(content)
  const say = (text: string): string => fill(text, values)
  const { link } = values
  const text = [
    ...[say(texts.greeting), say(texts.intro), say(texts.onDevice), link],
    ...[say(texts.until), say(texts.unexpected), content.organization],
  ].join('\n\n')
  const paragraph = (words: string, style = ''): string =>
    `<p style="margin:0 0 16px;${style}">${escapeText(words)}</p>`
  const quiet = 'color:#5c635e;font-size:14px;'
  const html = `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeText(say(texts.subject))}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;">
<div style="max-width:34em;margin:0 auto;">
<h1 style="margin:0 0 24px;font-size:22px;">${escapeText(say(texts.title))}</h1>
${paragraph(say(texts.greeting))}
${paragraph(say(texts.intro))}
${paragraph(say(texts.onDevice))}
<p style="margin:24px 0;"><a href="${escapeText(link)}" style="display:inline-block;padding:12px 24px;border-radius:10px;background:#1d6b3f;color:#ffffff;text-decoration:none;font-weight:600;">${escapeText(say(texts.button))}</a></p>
${paragraph(say(texts.copy), quiet)}
<p style="margin:0 0 16px;font-size:14px;word-break:break-all;" dir="ltr"><a href="${escapeText(link)}">${escapeText(link)}</a></p>
${paragraph(say(texts.until))}
${paragraph(say(texts.unexpected), quiet)}
</div>
</body>
</html>
`
  return { subject: say(texts.subject), text: `${text}\n`, html }
}

/** The text message that invites. */
export const composeSms = (content: Content): Pick<Sms, 'text'> => ({
  text: fill(invitationTexts(content.invitation.language).sms, valuesOf(content)),
})

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
