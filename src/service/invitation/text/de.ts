import type { InvitationTexts } from './texts.ts'

export const de: InvitationTexts = {
  title: 'Gerät einrichten',
  subject: '{organization}: Ihr Gerät einrichten',
  greeting: 'Guten Tag {name},',
  intro:
    '{organization} lädt Sie ein, Ihr iPhone, iPad oder Ihren Mac einzurichten. Das dauert etwa zwei Minuten.',
  button: 'Dieses Gerät einrichten',
  copy: 'Wenn sich nichts öffnet, rufen Sie diese Adresse in Safari auf:',
  onDevice: 'Öffnen Sie den Link auf dem Gerät, das Sie einrichten möchten.',
  until: 'Der Link ist nur für Sie bestimmt und bis {date} gültig.',
  unexpected:
    'Wenn Sie diese Nachricht nicht erwartet haben, fragen Sie beim Helpdesk von {organization} nach, bevor Sie den Link öffnen.',
  sms: '{organization} lädt Sie ein, Ihr Gerät einzurichten. Öffnen Sie dort bis {date}: {link}',
  invited: '{organization} lädt {name} ein, dieses iPhone, iPad oder diesen Mac einzurichten.',
  start: 'Beginnen',
  notYou:
    'Das sind nicht Sie? Dann verlassen Sie diese Seite: Die Einladung gilt für niemand anderen.',
  steps: [
    'Öffnen Sie die Kamera des iPhone oder iPad und richten Sie sie auf den Code.',
    'Tippen Sie auf den Hinweis, der erscheint. Die Seite öffnet sich in Safari.',
    'Tippen Sie auf „Beginnen“ und melden Sie sich an, wenn Sie darum gebeten werden.',
    'Folgen Sie der Seite: Sie zeigt jeden Schritt.',
  ],
  onlyFor: 'Nur für {name}, bis {date}',
}
