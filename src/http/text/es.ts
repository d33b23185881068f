import { html } from '../html.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('es')

const apple: AppleWords = {
  allow: 'Permitir',
  ignore: 'Ignorar',
  close: 'Cerrar',
  cancel: 'Cancelar',
  done: 'Aceptar',
  install: 'Instalar',
  next: 'Siguiente',
  trust: 'Confiar',
  warning: 'Advertencia',
  settings: 'Ajustes',
  general: 'General',
  about: 'Información',
  softwareUpdate: 'Actualización de software',
  certificateTrust: 'Ajustes de confianza de los certificados',
  profileDownloaded: 'Perfil descargado',
  profileInstalled: 'Perfil instalado',
  enterPasscode: 'Introduce el código',
  verified: 'Verificado',
  notVerified: 'No verificado',
  remoteManagement: 'Gestión remota',
  deviceManagement: 'VPN y gestión de dispositivos',
  removeProfile: 'Eliminar perfil',
  systemSettings: 'Ajustes del Sistema',
  macDeviceManagement: 'Gestión de dispositivos',
  macInstall: 'Instalar…',
}

export const es: Texts = {
  language: 'es',
  direction: 'ltr',
  endonym: 'Español',
  apple,
  gear: {
    iphone: 'este iPhone',
    ipad: 'este iPad',
    mac: 'este Mac',
    other: 'este dispositivo',
  },
  frame: {
    languages: 'Idioma',
    myDevices: 'Mis dispositivos',
    help: (organization) =>
      `¿No puede seguir? El servicio de asistencia de ${organization} ve hasta dónde ha llegado su dispositivo.`,
    support: 'Si llama al servicio de asistencia, dé este código:',
    toSignIn: 'Ir al inicio de sesión',
    toStart: 'Ir al principio',
  },
  welcome: {
    title: 'Configure su dispositivo',
    heading: (organization) => `Configure su dispositivo para ${organization}`,
    lead: 'Su cuenta, este dispositivo y unos pocos pasos: tarda unos dos minutos.',
    inSafari: 'Abra esta página en Safari en el dispositivo que quiera configurar.',
    start: (gear) => `Configurar ${gear}`,
    trustFirst: 'Primero, confíe en este servidor',
    trustFirstWhy: (organization) =>
      `Si Safari le advirtió sobre esta página, es porque ${organization} creó el certificado de este servidor (está autofirmado). Instale una vez el certificado raíz y su dispositivo lo conocerá.`,
    trustIfAsked: '¿Le advirtió Safari sobre esta página?',
    trustIfAskedWhy: (organization) =>
      `Entonces su dispositivo aún no conoce la autoridad de certificación de ${organization}. Eso ocurre cuando un certificado está autofirmado. Instale una vez el certificado raíz.`,
    downloadRoot: 'Descargar el certificado raíz',
    installRoot: html`Abra <b>${apple.settings} › ${apple.profileDownloaded}</b> y toque <b>${apple.install}</b>.`,
    switchOn: html`Abra <b>${apple.settings} › ${apple.general} › ${apple.about} › ${apple.certificateTrust}</b> y actívelo.`,
    compare: (organization) =>
      `Antes de activarlo, compare su huella SHA-256 con la que le dio ${organization}:`,
    thenEnroll: 'Después, configure',
    whatHappens: 'Qué va a ocurrir',
    steps: (organization) => [
      html`<b>Inicia sesión</b> con su cuenta de ${organization}.`,
      html`<b>Descarga un perfil</b> y lo instala en ${apple.settings}. La página siguiente muestra cada paso.`,
      html`<b>Su dispositivo se identifica</b> y crea una clave que nunca sale de él. Usted no tiene que hacer nada.`,
      html`<b>Llegan sus ajustes</b>, cifrados de modo que solo este dispositivo pueda leerlos.`,
    ],
  },
  signIn: {
    title: 'Iniciar sesión',
    lead: (organization) =>
      `Use su cuenta de ${organization}. El perfil que recibe está hecho para usted y este dispositivo.`,
    name: 'Nombre de la cuenta',
    password: 'Contraseña',
    button: 'Iniciar sesión',
    with: (provider) => `Iniciar sesión con ${provider}`,
    as: (name) =>
      html`Ha iniciado sesión como ${name}. El perfil que recibe se prepara para usted y para este dispositivo.`,
    or: 'o con una contraseña',
    privacy: (organization) =>
      `${organization} comprueba su contraseña, que no forma parte del perfil.`,
    problems: {
      sign_in_failed: 'Este nombre y esta contraseña no se corresponden. Inténtelo de nuevo.',
      too_many_attempts: 'Demasiados intentos. Espere un cuarto de hora e inténtelo de nuevo.',
      password_too_long: 'La contraseña es demasiado larga.',
    },
  },
  begin: {
    title: 'Configurar este dispositivo',
    lead: (organization) =>
      `${organization} conoce este dispositivo por su número de serie: nadie tiene que iniciar sesión.`,
    button: 'Continuar',
  },
  invitation: {
    title: (organization) => `${organization} le invita a configurar su dispositivo`,
    lead: (name) => html`Esta invitación es para ${name}.`,
  },
  guide: {
    title: 'Descargar el perfil',
    signedIn: 'Sesión iniciada',
    ready: 'El perfil está listo',
    hello: (name) => html`Hola, ${name}: su perfil está listo`,
    lead: (taps) =>
      plural(taps, {
        one: 'Descárguelo y siga la imagen. Queda # paso.',
        other: 'Descárguelo y siga las imágenes. Son # pasos; tenga a mano su código.',
      }),
    leadMac: (taps) =>
      plural(taps, {
        other:
          'Descárguelo y siga las imágenes. Son # pasos; tenga a mano la contraseña de este Mac.',
      }),
    download: 'Descargar el perfil',
    again: 'Descargarlo otra vez',
    deadline: 'Tiene ocho minutos.',
    deadlineWhy:
      'El dispositivo borra un perfil descargado que no se haya instalado hasta entonces. Si ocurre, vuelva y descárguelo otra vez.',
    timeLeft: (time) => html`Tiempo que queda para instalarlo: ${time}`,
    timeUp: 'Han pasado los ocho minutos. Si el perfil ya no está, descárguelo otra vez.',
    stepsFor: 'Mostrar los pasos para',
    whatYouSee: 'Lo que verá',
    left: (taps) => plural(taps, { one: 'queda # paso', other: 'quedan # pasos' }),
    picture: (label) => `Imagen de la pantalla: ${label}`,
    taps: {
      allow: html`Safari pregunta si este sitio puede descargar un perfil. Toque <b>${apple.allow}</b>.`,
      close: html`El perfil espera en ${apple.settings}. Toque <b>${apple.close}</b>.`,
      downloaded: html`Abra <b>${apple.settings}</b>. Cerca de la parte superior, toque <b>${apple.profileDownloaded}</b>.`,
      passcode: html`Introduzca el <b>código</b> que desbloquea este dispositivo.`,
      consent: html`Lea el texto de la organización. Toque <b>${apple.next}</b>.`,
      warning: html`Una página con el título <b>${apple.warning}</b> dice qué puede hacer el perfil. Toque <b>${apple.install}</b> en la esquina.`,
      confirm: html`Toque otra vez <b>${apple.install}</b>. Su dispositivo trabaja entonces solo unos segundos.`,
      trust: html`El dispositivo pregunta por la <b>${apple.remoteManagement}</b>. Toque <b>${apple.trust}</b>.`,
      done: html`Aparece <b>${apple.profileInstalled}</b>. Toque <b>${apple.done}</b>: eso es todo.`,
      macAllow: html`Si Safari pregunta si se permiten descargas en este sitio, haga clic en <b>${apple.allow}</b>.`,
      macOpen: html`Abra <b>${apple.systemSettings}</b>. En la barra lateral, haga clic en <b>${apple.profileDownloaded}</b> o en <b>${apple.general} › ${apple.macDeviceManagement}</b>.`,
      macReview: html`Haga doble clic en el perfil que espera allí.`,
      macInstall: html`Haga clic en <b>${apple.macInstall}</b> y después en <b>${apple.install}</b>.`,
      macPassword: html`Introduzca la <b>contraseña</b> de este Mac. Trabaja entonces solo unos segundos.`,
      macDone: html`El perfil está en la lista: eso es todo.`,
    },
    install: ({ name, signer, isVerified }) =>
      html`Se llama <b><bdi>${name}</bdi></b>, firmado por <b><bdi>${signer}</bdi></b>, <b>${isVerified ? apple.verified : apple.notVerified}</b>. Toque <b>${apple.install}</b> en la esquina.`,
  },
  progress: {
    title: 'Hasta dónde ha llegado su dispositivo',
    items: {
      signedIn: 'Ha iniciado sesión',
      downloaded: 'Perfil descargado',
      recognised: 'Dispositivo reconocido',
      certified: 'Certificado emitido',
      delivered: 'Ajustes entregados',
    },
    marks: { done: 'hecho', current: 'en curso', ahead: 'pendiente', stopped: 'no alcanzado' },
    working: {
      title: 'Su dispositivo está trabajando',
      text: 'Crea su clave y recoge sus ajustes por sí mismo. Usted no tiene que hacer nada.',
    },
    finished: (organization) => ({
      title: 'Su dispositivo está configurado',
      text: `Los ajustes de ${organization} se han entregado. En cuanto el dispositivo muestre «${apple.profileInstalled}», toque «${apple.done}».`,
    }),
    looking: 'Esta página busca novedades por sí misma.',
    pause: 'Pausar',
    resume: 'Seguir buscando',
    seeError: 'Mi dispositivo muestra un error',
    beginAgain: 'Empezar de nuevo',
  },
  problems: {
    again: {
      title: 'Este perfil ya no sirve',
      text: 'Un perfil sirve una vez y por poco tiempo. Empiece de nuevo e instale el nuevo poco después de descargarlo.',
    },
    network: {
      title: 'Algo ha perturbado la conexión',
      text: 'Los mensajes de su dispositivo no llegaron como se enviaron. Pruebe otra red, sin VPN ni proxy, y empiece de nuevo.',
    },
    notListed: {
      title: 'Este dispositivo no está en la lista',
      text: 'Solo se configuran dispositivos que su organización conoce. Pida al servicio de asistencia que añada este.',
    },
    tooOld: {
      title: 'El software de este dispositivo es demasiado antiguo',
      text: `Actualícelo en ${apple.settings} › ${apple.general} › ${apple.softwareUpdate} y empiece de nuevo.`,
    },
    disabled: {
      title: 'Su cuenta no puede configurar dispositivos',
      text: 'Se ha desactivado. El servicio de asistencia puede decirle por qué.',
    },
    timedOut: {
      title: 'Se acabó el tiempo',
      text: 'Su dispositivo no envió nada durante demasiado tiempo. Empiece de nuevo cuando quiera.',
    },
    otherDevice: {
      title: 'Ha respondido otro dispositivo',
      text: 'El perfil se hizo para un dispositivo y se usó en otro. Inicie sesión en el dispositivo que quiera configurar.',
    },
    notGenuine: {
      title: 'El dispositivo no pudo identificarse',
      text: 'Este servidor no lo reconoció como un dispositivo auténtico. Pregunte al servicio de asistencia.',
    },
    ours: {
      title: 'El error es nuestro',
      text: 'Lo ha hecho todo bien. Dé el código al servicio de asistencia: allí ven qué falla.',
    },
    withdrawn: {
      title: 'Este dispositivo se ha eliminado',
      text: 'Se terminó su configuración. Si la necesita otra vez, empiece de nuevo.',
    },
    other: {
      title: 'No ha funcionado',
      text: 'Empiece de nuevo. Si vuelve a ocurrir, dé el código al servicio de asistencia.',
    },
  },
  errors: {
    title: '¿Qué muestra su dispositivo?',
    lead: 'Elija lo que más se le parezca. El servicio de asistencia ve su respuesta, y usted recibe un consejo.',
    thanks: 'Anotado. Lo que suele ayudar:',
    back: 'Volver a los pasos',
    choices: {
      installation_failed: {
        title: 'Error al instalar el perfil',
        text: 'No borre nada. Descargue otra vez el perfil e instálelo enseguida. Si aparece lo mismo, dé el código al servicio de asistencia.',
      },
      network_error: {
        title: 'Se ha producido un error de red',
        text: 'Desactive la VPN y los proxies, o cambie de Wi-Fi a datos móviles o al revés. Después descargue otra vez el perfil.',
      },
      invalid_response: {
        title: 'El servidor SCEP devolvió una respuesta no válida',
        text: 'Eso debe resolverlo el servicio de asistencia. Déle el código.',
      },
      server_certificate: {
        title: 'El certificado del servidor no es válido',
        text: 'Compruebe la fecha y la hora de su dispositivo. Si este sitio le pide instalar un certificado raíz, hágalo primero y actívelo.',
      },
      no_download: {
        title: 'No pasa nada después de la descarga',
        text: 'Abra esta página en Safari, no dentro de una app, y descargue otra vez el perfil.',
      },
      no_profile: {
        title: `No hay ningún «${apple.profileDownloaded}»`,
        text: `El dispositivo lo borra a los ocho minutos. Descárguelo otra vez y vaya enseguida a ${apple.settings}.`,
      },
      other: {
        title: 'Otra cosa',
        text: 'Haga una captura de pantalla y désela al servicio de asistencia con el código.',
      },
    },
  },
  sees: {
    title: (organization) => `Qué ve ${organization} y qué no`,
    learns: (organization) => `Al configurar el dispositivo, ${organization} conoce`,
    attributes: {
      UDID: 'el identificador del dispositivo (UDID)',
      SERIAL: 'su número de serie',
      PRODUCT: 'su modelo',
      VERSION: 'la versión de su software',
      DEVICE_NAME: 'su nombre',
      IMEI: 'su IMEI, el número de su radio',
      MEID: 'su MEID, el número de su radio',
      ICCID: 'el número de su tarjeta SIM',
    },
    installs: 'Qué se configura en el dispositivo',
    effects: {
      mail: 'una cuenta de correo',
      calendar: 'calendarios o contactos',
      wifi: 'acceso a redes Wi-Fi',
      vpn: 'una VPN',
      filter: 'un filtro, un proxy o servidores de nombres',
      root: 'un certificado en el que el dispositivo confiará',
      certificate: 'un certificado',
      identity: 'un certificado propio, para demostrar quién es',
      passcode: 'reglas para el código',
      restrictions: 'límites a lo que puede hacer el dispositivo',
      webClip: 'un enlace en la pantalla de inicio',
      font: 'un tipo de letra',
      mdm: 'gestión a distancia',
    },
    otherEffect: (type) => `ajustes del tipo ${type}`,
    can: (organization) => `${organization} puede`,
    cannot: (organization) => `${organization} no puede`,
    abilities: {
      photos: 'ver sus fotos y archivos',
      messages: 'leer sus mensajes ni escuchar sus llamadas',
      location: 'ver dónde está',
      browsing: 'ver qué páginas abre',
      passwords: 'ver sus contraseñas',
      traffic: 'ver o filtrar el tráfico que pasa por su VPN, su proxy o su filtro',
      apps: 'ver qué apps están instaladas',
      manageApps: 'instalar y eliminar apps de la organización',
      inspect: 'consultar el almacenamiento, la batería y la red',
      lock: 'bloquear el dispositivo o borrar su código',
      erase: 'borrar el dispositivo',
    },
    leave: 'Cómo dejarlo',
    leaving: html`Abra <b>${apple.settings} › ${apple.general} › ${apple.deviceManagement}</b>, toque el perfil y después <b>${apple.removeProfile}</b>. Todo lo que trajo se va con él.`,
    leavingMac: html`Abra <b>${apple.systemSettings} › ${apple.general} › ${apple.macDeviceManagement}</b>, elija el perfil y elimínelo con el botón menos. Todo lo que trajo se va con él.`,
    locked: (organization) =>
      `No puede eliminar este perfil por su cuenta. El servicio de asistencia de ${organization} sí puede.`,
    removalPassword: (organization) =>
      `El dispositivo pide para ello un código que tiene el servicio de asistencia de ${organization}.`,
  },
  handOver: {
    browser: (name) => ({
      title: `Cambie de ${name} a Safari`,
      text: 'Los perfiles se instalan desde Safari. Copie la dirección, abra Safari y péguela allí.',
    }),
    app: {
      title: 'Abra esta página en Safari',
      text: 'Esta es una ventana dentro de una app, y desde ahí no se instalan perfiles. Copie la dirección, abra Safari y péguela allí.',
    },
    android: {
      title: 'Esto es para iPhone, iPad y Mac',
      text: 'Los dispositivos Android y otros sistemas no se pueden configurar aquí. Abra la dirección en su dispositivo Apple.',
    },
    desktop: {
      title: 'Siga en su iPhone o iPad',
      text: 'Apunte con su cámara a este código y toque el enlace que aparece.',
    },
    copy: 'Copiar la dirección',
    copied: 'Copiada',
    address: 'Dirección',
    code: 'Código QR de la dirección',
  },
  me: {
    title: 'Mis dispositivos',
    lead: 'Los dispositivos que ha configurado.',
    none: 'Todavía no ha configurado ningún dispositivo.',
    unnamed: 'Dispositivo aún desconocido',
    since: (date) => `desde el ${date}`,
    states: {
      ready: 'Configurado',
      unfinished: 'Sin terminar',
      failed: 'No funcionó',
      expired: 'Tiempo agotado',
      removed: 'Eliminado',
    },
    update: 'Obtener los ajustes actuales',
    updateThis: 'Actualizar',
    updateWhy: 'En el propio dispositivo: descargue otra vez el perfil, que sustituye al anterior.',
    remove: 'Eliminar',
    removeTitle: (device) => `¿Eliminar ${device}?`,
    removeWhat: (organization) =>
      `El certificado de este dispositivo se revoca enseguida. Ya no podrá obtener ajustes de ${organization}.`,
    removeThen: 'Después, elimine el perfil en el propio dispositivo:',
    confirm: 'Sí, eliminarlo',
    keep: 'Conservarlo',
    removed: {
      title: 'El dispositivo se ha eliminado',
      text: 'Su certificado está revocado. Lo que el perfil configuró queda en el dispositivo hasta que lo elimine allí:',
    },
    signOut: 'Cerrar sesión',
  },
  failures: {
    account_not_allowed: {
      title: 'Todavía no es para usted',
      text: 'Ha iniciado sesión, pero no está entre quienes pueden configurar un dispositivo aquí. Pida al servicio de asistencia que le añada.',
    },
    account_taken: {
      title: 'Su nombre está ocupado',
      text: 'Ha iniciado sesión, pero otra persona se llama así aquí. Pregunte al servicio de asistencia.',
    },
    account_not_in_flow: {
      title: 'Esto es para otras personas',
      text: 'Ha iniciado sesión, pero esta dirección no es para usted. Pregunte por la suya.',
    },
    flow_unknown: {
      title: 'Aquí no hay nada',
      text: 'En esta dirección no se puede configurar nada, o ya no. Pregunte por la dirección correcta.',
    },
    invitation_needed: {
      title: 'Necesita una invitación',
      text: 'Aquí solo pueden configurar quienes han recibido una invitación. Abra el enlace de la suya.',
    },
    invitation_invalid: {
      title: 'Esta invitación ya no sirve',
      text: 'Se ha usado, ha caducado o se ha retirado. Pida otra a quien se la dio.',
    },
    sign_in_method: {
      title: 'No con una contraseña',
      text: 'Aquí se inicia sesión de otra forma. Pregunte por la dirección que le corresponde.',
    },
    sign_in_interrupted: {
      title: 'Empiece de nuevo',
      text: 'Este inicio de sesión ya se usó, tardó más de diez minutos o empezó en otro navegador.',
    },
    sign_in_refused: {
      title: 'No ha iniciado sesión',
      text: 'El inicio de sesión no se aceptó. Inténtelo de nuevo o pregunte al servicio de asistencia.',
    },
    sign_in_unavailable: {
      title: 'Ahora no se puede iniciar sesión',
      text: 'El servicio que comprueba su cuenta no responde. Inténtelo de nuevo en un minuto.',
    },
    enrollment_state: {
      title: 'Esta configuración ya ha avanzado',
      text: 'El perfil ya no se puede descargar aquí. Inicie sesión de nuevo para empezar otra vez.',
    },
    enrollment_unknown: {
      title: 'Este dispositivo no está entre los suyos',
      text: 'Quizá se haya eliminado entretanto.',
    },
    session_missing: {
      title: 'Inicie sesión',
      text: 'Su sesión ha terminado, o ha llegado aquí directamente.',
    },
    foreign_origin: {
      title: 'Eso vino de otro sitio',
      text: 'La petición no la envió una página de este servidor. Abra la página aquí e inténtelo de nuevo.',
    },
    not_found: { title: 'Aquí no hay nada', text: 'Esta dirección no es nuestra.' },
    unavailable: {
      title: 'Inténtelo de nuevo en un minuto',
      text: 'Este servidor no puede hacerlo en este momento. No es culpa suya.',
    },
    server: {
      title: 'No es culpa suya',
      text: 'Algo ha fallado aquí. Inténtelo de nuevo en un minuto.',
    },
    request: { title: 'No ha funcionado', text: 'Vuelva atrás e inténtelo de nuevo.' },
  },
}
