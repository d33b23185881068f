import type { InvitationTexts } from './texts.ts'

export const fr: InvitationTexts = {
  title: 'Configurer votre appareil',
  subject: '{organization} : configurez votre appareil',
  greeting: 'Bonjour {name},',
  intro:
    '{organization} vous invite à configurer votre iPhone, votre iPad ou votre Mac. Cela prend environ deux minutes.',
  button: 'Configurer cet appareil',
  copy: 'Si le bouton ne fait rien, ouvrez cette adresse dans Safari :',
  onDevice: 'Ouvrez le lien sur l’appareil que vous voulez configurer.',
  until: 'Le lien est pour vous seul et reste valable jusqu’au {date}.',
  unexpected:
    'Si vous n’attendiez pas ce message, renseignez-vous auprès de l’assistance de {organization} avant d’ouvrir le lien.',
  sms: '{organization} vous invite à configurer votre appareil. Ouvrez-y ce lien avant le {date} : {link}',
  invited: '{organization} invite {name} à configurer cet iPhone, cet iPad ou ce Mac.',
  start: 'Commencer',
  notYou:
    'Ce n’est pas vous ? Quittez cette page : l’invitation ne fonctionne pour personne d’autre.',
  steps: [
    'Ouvrez l’appareil photo de l’iPhone ou de l’iPad et visez le code.',
    'Touchez la notification qui apparaît. La page s’ouvre dans Safari.',
    'Touchez « Commencer », puis identifiez-vous si on vous le demande.',
    'Suivez la page : elle montre chaque étape.',
  ],
  onlyFor: 'Pour {name} uniquement, jusqu’au {date}',
}
