import type { InvitationTexts } from './texts.ts'

export const es: InvitationTexts = {
  title: 'Configurar su dispositivo',
  subject: '{organization}: configure su dispositivo',
  greeting: 'Hola, {name}:',
  intro: '{organization} le invita a configurar su iPhone, iPad o Mac. Se tarda unos dos minutos.',
  button: 'Configurar este dispositivo',
  copy: 'Si el botón no hace nada, abra esta dirección en Safari:',
  onDevice: 'Abra el enlace en el dispositivo que quiere configurar.',
  until: 'El enlace es solo para usted y es válido hasta el {date}.',
  unexpected:
    'Si no esperaba este mensaje, consulte al servicio de asistencia de {organization} antes de abrir el enlace.',
  sms: '{organization} le invita a configurar su dispositivo. Abra en él este enlace antes del {date}: {link}',
  invited: '{organization} invita a {name} a configurar este iPhone, iPad o Mac.',
  start: 'Empezar',
  notYou: '¿No es usted? Salga de esta página: la invitación no sirve para nadie más.',
  steps: [
    'Abra la cámara del iPhone o iPad y apunte al código.',
    'Toque el aviso que aparece. La página se abre en Safari.',
    'Toque «Empezar» e inicie sesión si se le pide.',
    'Siga la página: muestra cada paso.',
  ],
  onlyFor: 'Solo para {name}, hasta el {date}',
}
