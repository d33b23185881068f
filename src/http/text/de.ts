import { html } from '../html.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('de')

const apple: AppleWords = {
  allow: 'Zulassen',
  ignore: 'Ignorieren',
  close: 'Schließen',
  cancel: 'Abbrechen',
  done: 'Fertig',
  install: 'Installieren',
  next: 'Weiter',
  trust: 'Vertrauen',
  warning: 'Warnung',
  settings: 'Einstellungen',
  general: 'Allgemein',
  about: 'Info',
  softwareUpdate: 'Softwareupdate',
  certificateTrust: 'Zertifikatsvertrauenseinstellungen',
  profileDownloaded: 'Profil geladen',
  profileInstalled: 'Profil installiert',
  enterPasscode: 'Code eingeben',
  verified: 'Überprüft',
  notVerified: 'Nicht überprüft',
  remoteManagement: 'Entfernte Verwaltung',
  deviceManagement: 'VPN und Geräteverwaltung',
  removeProfile: 'Profil entfernen',
  systemSettings: 'Systemeinstellungen',
  macDeviceManagement: 'Geräteverwaltung',
  macInstall: 'Installieren …',
}

export const de: Texts = {
  language: 'de',
  direction: 'ltr',
  endonym: 'Deutsch',
  apple,
  gear: { iphone: 'dieses iPhone', ipad: 'dieses iPad', mac: 'diesen Mac', other: 'dieses Gerät' },
  frame: {
    languages: 'Sprache',
    myDevices: 'Meine Geräte',
    help: (organization) =>
      `Sie kommen nicht weiter? Die Benutzerhilfe von ${organization} sieht, wie weit Ihr Gerät gekommen ist.`,
    support: 'Wenn Sie die Benutzerhilfe anrufen, nennen Sie diesen Code:',
    toSignIn: 'Zur Anmeldung',
    toStart: 'Zum Anfang',
  },
  welcome: {
    title: 'Gerät einrichten',
    heading: (organization) => `Richten Sie Ihr Gerät für ${organization} ein`,
    lead: 'Ihr Konto, dieses Gerät und ein paar Schritte: Es dauert etwa zwei Minuten.',
    inSafari: 'Öffnen Sie diese Seite in Safari auf dem Gerät, das Sie einrichten wollen.',
    start: (gear) => `Jetzt ${gear} einrichten`,
    trustFirst: 'Zuerst diesem Server vertrauen',
    trustFirstWhy: (organization) =>
      `Wenn Safari vor dieser Seite gewarnt hat, dann deshalb, weil ${organization} das Zertifikat dieses Servers selbst ausgestellt hat (es ist selbst signiert). Installieren Sie einmal das Root-Zertifikat, dann kennt Ihr Gerät es.`,
    trustIfAsked: 'Hat Safari vor dieser Seite gewarnt?',
    trustIfAskedWhy: (organization) =>
      `Dann kennt Ihr Gerät die Zertifizierungsstelle von ${organization} noch nicht. Das kommt vor, wenn ein Zertifikat selbst signiert ist. Installieren Sie einmal das Root-Zertifikat.`,
    downloadRoot: 'Root-Zertifikat laden',
    installRoot: html`Öffnen Sie <b>${apple.settings} › ${apple.profileDownloaded}</b> und tippen Sie auf <b>${apple.install}</b>.`,
    switchOn: html`Öffnen Sie <b>${apple.settings} › ${apple.general} › ${apple.about} › ${apple.certificateTrust}</b> und schalten Sie es dort ein.`,
    compare: (organization) =>
      `Vergleichen Sie vor dem Einschalten den SHA-256-Fingerabdruck mit dem, den Sie von ${organization} bekommen haben:`,
    thenEnroll: 'Dann einrichten',
    whatHappens: 'Was geschieht',
    steps: (organization) => [
      html`<b>Sie melden sich an</b>, mit Ihrem Konto bei ${organization}.`,
      html`<b>Sie laden ein Profil</b> und installieren es in den ${apple.settings}. Die nächste Seite zeigt jeden Schritt.`,
      html`<b>Ihr Gerät weist sich aus</b> und erzeugt einen Schlüssel, der es nie verlässt. Sie müssen nichts tun.`,
      html`<b>Seine Einstellungen kommen an</b>, so verschlüsselt, dass nur dieses Gerät sie lesen kann.`,
    ],
  },
  signIn: {
    title: 'Anmelden',
    lead: (organization) =>
      `Mit Ihrem Konto bei ${organization}. Das Profil, das Sie bekommen, ist für Sie und dieses Gerät gemacht.`,
    name: 'Kontoname',
    password: 'Passwort',
    button: 'Anmelden',
    with: (provider) => `Mit ${provider} anmelden`,
    as: (name) =>
      html`Sie sind als ${name} angemeldet. Das Profil, das Sie erhalten, wird für Sie und dieses Gerät erstellt.`,
    or: 'oder mit einem Passwort',
    privacy: (organization) =>
      `Ihr Passwort wird von ${organization} geprüft und ist kein Teil des Profils.`,
    problems: {
      sign_in_failed:
        'Dieser Name und dieses Passwort gehören nicht zusammen. Bitte versuchen Sie es noch einmal.',
      too_many_attempts:
        'Zu viele Versuche. Bitte warten Sie eine Viertelstunde und versuchen Sie es dann noch einmal.',
      password_too_long: 'Das Passwort ist zu lang.',
    },
  },
  begin: {
    title: 'Dieses Gerät einrichten',
    lead: (organization) =>
      `${organization} erkennt dieses Gerät an seiner Seriennummer: Niemand muss sich anmelden.`,
    button: 'Weiter',
  },
  invitation: {
    title: (organization) => `${organization} lädt Sie ein, Ihr Gerät einzurichten`,
    lead: (name) => html`Diese Einladung ist für ${name}.`,
  },
  guide: {
    title: 'Profil laden',
    signedIn: 'Angemeldet',
    ready: 'Das Profil ist bereit',
    hello: (name) => html`Guten Tag, ${name}, Ihr Profil ist bereit`,
    lead: (taps) =>
      plural(taps, {
        one: 'Laden Sie es und folgen Sie dem Bild. Danach kommt noch ein Schritt.',
        other:
          'Laden Sie es und folgen Sie den Bildern. Danach kommen # Schritte; halten Sie Ihren Code bereit.',
      }),
    leadMac: (taps) =>
      plural(taps, {
        other:
          'Laden Sie es und folgen Sie den Bildern. Danach kommen # Schritte; halten Sie das Passwort dieses Mac bereit.',
      }),
    download: 'Profil laden',
    again: 'Noch einmal laden',
    deadline: 'Sie haben acht Minuten.',
    deadlineWhy:
      'Ein geladenes Profil, das bis dahin nicht installiert ist, löscht das Gerät. Kommen Sie dann hierher zurück und laden Sie es noch einmal.',
    timeLeft: (time) => html`Zeit für die Installation: noch ${time}`,
    timeUp: 'Die acht Minuten sind um. Wenn das Profil weg ist, laden Sie es noch einmal.',
    stepsFor: 'Schritte zeigen für',
    whatYouSee: 'Was Sie sehen werden',
    left: (taps) => plural(taps, { one: 'noch # Schritt', other: 'noch # Schritte' }),
    picture: (label) => `Bild des Bildschirms: ${label}`,
    taps: {
      allow: html`Safari fragt, ob diese Website ein Profil laden darf. Tippen Sie auf <b>${apple.allow}</b>.`,
      close: html`Das Profil wartet in den ${apple.settings}. Tippen Sie auf <b>${apple.close}</b>.`,
      downloaded: html`Öffnen Sie die <b>${apple.settings}</b>. Tippen Sie weit oben auf <b>${apple.profileDownloaded}</b>.`,
      passcode: html`Geben Sie den <b>Code</b> ein, der dieses Gerät entsperrt.`,
      consent: html`Lesen Sie den Text der Organisation. Tippen Sie auf <b>${apple.next}</b>.`,
      warning: html`Eine Seite mit dem Titel <b>${apple.warning}</b> sagt, was das Profil darf. Tippen Sie in der Ecke auf <b>${apple.install}</b>.`,
      confirm: html`Tippen Sie noch einmal auf <b>${apple.install}</b>. Ihr Gerät arbeitet dann ein paar Sekunden von selbst.`,
      trust: html`Das Gerät fragt nach <b>${apple.remoteManagement}</b>. Tippen Sie auf <b>${apple.trust}</b>.`,
      done: html`Es erscheint <b>${apple.profileInstalled}</b>. Tippen Sie auf <b>${apple.done}</b>: Das war es.`,
      macAllow: html`Wenn Safari fragt, ob Downloads auf dieser Website erlaubt sind, klicken Sie auf <b>${apple.allow}</b>.`,
      macOpen: html`Öffnen Sie die <b>${apple.systemSettings}</b>. Klicken Sie in der Seitenleiste auf <b>${apple.profileDownloaded}</b> oder auf <b>${apple.general} › ${apple.macDeviceManagement}</b>.`,
      macReview: html`Doppelklicken Sie auf das Profil, das dort wartet.`,
      macInstall: html`Klicken Sie auf <b>${apple.macInstall}</b> und dann auf <b>${apple.install}</b>.`,
      macPassword: html`Geben Sie das <b>Passwort</b> dieses Mac ein. Er arbeitet dann ein paar Sekunden von selbst.`,
      macDone: html`Das Profil steht in der Liste: Das war es.`,
    },
    install: ({ name, signer, isVerified }) =>
      html`Es heißt <b><bdi>${name}</bdi></b>, signiert von <b><bdi>${signer}</bdi></b>, <b>${isVerified ? apple.verified : apple.notVerified}</b>. Tippen Sie in der Ecke auf <b>${apple.install}</b>.`,
  },
  progress: {
    title: 'Wie weit Ihr Gerät gekommen ist',
    items: {
      signedIn: 'Sie sind angemeldet',
      downloaded: 'Profil geladen',
      recognised: 'Gerät erkannt',
      certified: 'Zertifikat ausgestellt',
      delivered: 'Einstellungen geliefert',
    },
    marks: { done: 'erledigt', current: 'läuft', ahead: 'kommt noch', stopped: 'nicht erreicht' },
    working: {
      title: 'Ihr Gerät arbeitet',
      text: 'Es erzeugt seinen Schlüssel und holt seine Einstellungen von selbst. Sie müssen nichts tun.',
    },
    finished: (organization) => ({
      title: 'Ihr Gerät ist eingerichtet',
      text: `Die Einstellungen von ${organization} sind geliefert. Sobald das Gerät „${apple.profileInstalled}“ zeigt, tippen Sie auf „${apple.done}“.`,
    }),
    looking: 'Diese Seite sieht von selbst nach Neuem.',
    pause: 'Anhalten',
    resume: 'Weiter nachsehen',
    seeError: 'Mein Gerät zeigt einen Fehler',
    beginAgain: 'Neu beginnen',
  },
  problems: {
    again: {
      title: 'Dieses Profil gilt nicht mehr',
      text: 'Ein Profil gilt einmal und für kurze Zeit. Beginnen Sie neu und installieren Sie das neue Profil bald nach dem Laden.',
    },
    network: {
      title: 'Etwas hat die Verbindung gestört',
      text: 'Die Nachrichten Ihres Geräts kamen nicht so an, wie sie gesendet wurden. Versuchen Sie es in einem anderen Netzwerk, ohne VPN und Proxy, und beginnen Sie neu.',
    },
    notListed: {
      title: 'Dieses Gerät steht nicht auf der Liste',
      text: 'Nur Geräte, die Ihre Organisation kennt, werden eingerichtet. Bitten Sie die Benutzerhilfe, dieses aufzunehmen.',
    },
    tooOld: {
      title: 'Die Software dieses Geräts ist zu alt',
      text: `Aktualisieren Sie sie unter ${apple.settings} › ${apple.general} › ${apple.softwareUpdate} und beginnen Sie neu.`,
    },
    disabled: {
      title: 'Ihr Konto darf keine Geräte einrichten',
      text: 'Es wurde deaktiviert. Die Benutzerhilfe weiß, warum.',
    },
    timedOut: {
      title: 'Die Zeit ist um',
      text: 'Von Ihrem Gerät kam zu lange nichts. Beginnen Sie neu, wann immer Sie möchten.',
    },
    otherDevice: {
      title: 'Ein anderes Gerät hat geantwortet',
      text: 'Das Profil war für ein Gerät gemacht und wurde auf einem anderen benutzt. Melden Sie sich auf dem Gerät an, das Sie einrichten wollen.',
    },
    notGenuine: {
      title: 'Das Gerät konnte sich nicht ausweisen',
      text: 'Dieser Server hat es nicht als echtes Gerät erkannt. Fragen Sie die Benutzerhilfe.',
    },
    ours: {
      title: 'Der Fehler liegt bei uns',
      text: 'Sie haben alles richtig gemacht. Nennen Sie der Benutzerhilfe den Code: Dort ist zu sehen, woran es liegt.',
    },
    withdrawn: {
      title: 'Dieses Gerät wurde entfernt',
      text: 'Seine Einrichtung wurde beendet. Wenn Sie sie wieder brauchen, beginnen Sie neu.',
    },
    other: {
      title: 'Das hat nicht geklappt',
      text: 'Beginnen Sie neu. Wenn es noch einmal geschieht, nennen Sie der Benutzerhilfe den Code.',
    },
  },
  errors: {
    title: 'Was zeigt Ihr Gerät?',
    lead: 'Wählen Sie, was dem am ähnlichsten ist. Die Benutzerhilfe sieht Ihre Antwort, und Sie bekommen einen Rat.',
    thanks: 'Notiert. Was meistens hilft:',
    back: 'Zurück zu den Schritten',
    choices: {
      installation_failed: {
        title: 'Profilinstallation fehlgeschlagen',
        text: 'Löschen Sie nichts. Laden Sie das Profil noch einmal und installieren Sie es sofort. Wenn dasselbe erscheint, nennen Sie der Benutzerhilfe den Code.',
      },
      network_error: {
        title: 'Ein Netzwerkfehler ist aufgetreten',
        text: 'Schalten Sie VPN und Proxy aus, oder wechseln Sie von WLAN zu mobilen Daten oder zurück. Laden Sie das Profil dann noch einmal.',
      },
      invalid_response: {
        title: 'Ungültige Antwort vom SCEP-Server',
        text: 'Das muss die Benutzerhilfe lösen. Nennen Sie ihr den Code.',
      },
      server_certificate: {
        title: 'Das Zertifikat des Servers ist ungültig',
        text: 'Prüfen Sie Datum und Uhrzeit Ihres Geräts. Wenn diese Website Sie bittet, ein Root-Zertifikat zu installieren, tun Sie das zuerst und schalten Sie es ein.',
      },
      no_download: {
        title: 'Nach dem Laden geschieht nichts',
        text: 'Öffnen Sie diese Seite in Safari selbst, nicht in einer App, und laden Sie das Profil noch einmal.',
      },
      no_profile: {
        title: `Ich finde kein „${apple.profileDownloaded}“`,
        text: `Das Gerät löscht es nach acht Minuten. Laden Sie es noch einmal und gehen Sie gleich in die ${apple.settings}.`,
      },
      other: {
        title: 'Etwas anderes',
        text: 'Machen Sie ein Bildschirmfoto davon und geben Sie es mit dem Code der Benutzerhilfe.',
      },
    },
  },
  sees: {
    title: (organization) => `Was ${organization} sieht und was nicht`,
    learns: (organization) => `Beim Einrichten erfährt ${organization}`,
    attributes: {
      UDID: 'die Kennung des Geräts (UDID)',
      SERIAL: 'seine Seriennummer',
      PRODUCT: 'sein Modell',
      VERSION: 'die Version seiner Software',
      DEVICE_NAME: 'seinen Namen',
      IMEI: 'seine IMEI, die Nummer seines Funkteils',
      MEID: 'seine MEID, die Nummer seines Funkteils',
      ICCID: 'die Nummer seiner SIM-Karte',
    },
    installs: 'Was auf dem Gerät eingerichtet wird',
    effects: {
      mail: 'ein Mail-Account',
      calendar: 'Kalender oder Kontakte',
      wifi: 'Zugang zu WLAN-Netzwerken',
      vpn: 'ein VPN',
      filter: 'ein Filter, ein Proxy oder Namensserver',
      root: 'ein Zertifikat, dem das Gerät dann vertraut',
      certificate: 'ein Zertifikat',
      identity: 'ein eigenes Zertifikat, mit dem es sich ausweist',
      passcode: 'Regeln für den Code',
      restrictions: 'Grenzen für das, was das Gerät darf',
      webClip: 'ein Link auf dem Home-Bildschirm',
      font: 'eine Schrift',
      mdm: 'Verwaltung aus der Ferne',
    },
    otherEffect: (type) => `Einstellungen der Art ${type}`,
    can: (organization) => `${organization} kann`,
    cannot: (organization) => `${organization} kann nicht`,
    abilities: {
      photos: 'Ihre Fotos und Dateien sehen',
      messages: 'Ihre Nachrichten lesen oder Gespräche mithören',
      location: 'sehen, wo Sie sind',
      browsing: 'sehen, welche Seiten Sie öffnen',
      passwords: 'Ihre Passwörter sehen',
      traffic: 'Datenverkehr sehen oder filtern, der durch das VPN, den Proxy oder den Filter geht',
      apps: 'sehen, welche Apps installiert sind',
      manageApps: 'Apps der Organisation installieren und entfernen',
      inspect: 'Speicher, Batterie und Netzwerk abfragen',
      lock: 'das Gerät sperren oder seinen Code löschen',
      erase: 'das Gerät löschen',
    },
    leave: 'Wie Sie es wieder loswerden',
    leaving: html`Öffnen Sie <b>${apple.settings} › ${apple.general} › ${apple.deviceManagement}</b>, tippen Sie auf das Profil und dann auf <b>${apple.removeProfile}</b>. Alles, was es gebracht hat, geht mit ihm.`,
    leavingMac: html`Öffnen Sie <b>${apple.systemSettings} › ${apple.general} › ${apple.macDeviceManagement}</b>, wählen Sie das Profil und entfernen Sie es mit der Minustaste. Alles, was es gebracht hat, geht mit ihm.`,
    locked: (organization) =>
      `Sie können dieses Profil nicht selbst entfernen. Die Benutzerhilfe von ${organization} kann es.`,
    removalPassword: (organization) =>
      `Das Gerät fragt dabei nach einem Code, den die Benutzerhilfe von ${organization} hat.`,
  },
  handOver: {
    browser: (name) => ({
      title: `Bitte wechseln Sie von ${name} zu Safari`,
      text: 'Profile werden aus Safari installiert. Kopieren Sie die Adresse, öffnen Sie Safari und setzen Sie sie dort ein.',
    }),
    app: {
      title: 'Bitte öffnen Sie diese Seite in Safari',
      text: 'Dies ist ein Fenster in einer App, und von dort lassen sich keine Profile installieren. Kopieren Sie die Adresse, öffnen Sie Safari und setzen Sie sie dort ein.',
    },
    android: {
      title: 'Dies ist für iPhone, iPad und Mac',
      text: 'Geräte mit Android und andere Systeme können hier nicht eingerichtet werden. Öffnen Sie die Adresse auf Ihrem Apple-Gerät.',
    },
    desktop: {
      title: 'Machen Sie mit dem iPhone oder iPad weiter',
      text: 'Richten Sie die Kamera auf diesen Code und tippen Sie auf den Link, der erscheint.',
    },
    copy: 'Adresse kopieren',
    copied: 'Kopiert',
    address: 'Adresse',
    code: 'QR-Code der Adresse',
  },
  me: {
    title: 'Meine Geräte',
    lead: 'Die Geräte, die Sie eingerichtet haben.',
    none: 'Sie haben noch kein Gerät eingerichtet.',
    unnamed: 'Noch unbekanntes Gerät',
    since: (date) => `seit ${date}`,
    states: {
      ready: 'Eingerichtet',
      unfinished: 'Nicht fertig',
      failed: 'Nicht geklappt',
      expired: 'Zeit abgelaufen',
      removed: 'Entfernt',
    },
    update: 'Aktuelle Einstellungen holen',
    updateThis: 'Aktualisieren',
    updateWhy: 'Auf dem Gerät selbst: Laden Sie das Profil noch einmal, es ersetzt das vorige.',
    remove: 'Entfernen',
    removeTitle: (device) => `${device} entfernen?`,
    removeWhat: (organization) =>
      `Das Zertifikat dieses Geräts wird sofort widerrufen. Es kann bei ${organization} keine Einstellungen mehr holen.`,
    removeThen: 'Entfernen Sie danach das Profil auf dem Gerät selbst:',
    confirm: 'Ja, entfernen',
    keep: 'Behalten',
    removed: {
      title: 'Das Gerät ist entfernt',
      text: 'Sein Zertifikat ist widerrufen. Was das Profil eingerichtet hat, bleibt auf dem Gerät, bis Sie es dort entfernen:',
    },
    signOut: 'Abmelden',
  },
  failures: {
    account_not_allowed: {
      title: 'Noch nicht für Sie',
      text: 'Sie sind angemeldet, gehören aber nicht zu denen, die hier ein Gerät einrichten dürfen. Bitten Sie die Benutzerhilfe, Sie aufzunehmen.',
    },
    account_taken: {
      title: 'Ihr Name ist vergeben',
      text: 'Sie sind angemeldet, aber jemand anderes heißt hier so. Fragen Sie die Benutzerhilfe.',
    },
    account_not_in_flow: {
      title: 'Das ist für andere',
      text: 'Sie sind angemeldet, aber diese Adresse ist nicht für Sie gedacht. Fragen Sie nach der richtigen.',
    },
    flow_unknown: {
      title: 'Hier ist nichts',
      text: 'Unter dieser Adresse kann man kein Gerät einrichten, oder nicht mehr. Fragen Sie nach der richtigen.',
    },
    invitation_needed: {
      title: 'Sie brauchen eine Einladung',
      text: 'Nur wer eingeladen ist, kann hier ein Gerät einrichten. Öffnen Sie den Link Ihrer Einladung.',
    },
    invitation_invalid: {
      title: 'Diese Einladung gilt nicht mehr',
      text: 'Sie wurde benutzt, ist abgelaufen oder wurde zurückgezogen. Bitten Sie dort um eine neue, wo Sie sie bekommen haben.',
    },
    sign_in_method: {
      title: 'Nicht mit einem Passwort',
      text: 'Hier meldet man sich anders an. Fragen Sie nach der Adresse, die für Sie gedacht ist.',
    },
    sign_in_interrupted: {
      title: 'Bitte beginnen Sie neu',
      text: 'Diese Anmeldung wurde schon benutzt, dauerte länger als zehn Minuten oder begann in einem anderen Browser.',
    },
    sign_in_refused: {
      title: 'Sie sind nicht angemeldet',
      text: 'Die Anmeldung wurde nicht angenommen. Versuchen Sie es noch einmal, oder fragen Sie die Benutzerhilfe.',
    },
    sign_in_unavailable: {
      title: 'Die Anmeldung geht gerade nicht',
      text: 'Die Stelle, die Ihr Konto prüft, antwortet nicht. Bitte versuchen Sie es in einer Minute noch einmal.',
    },
    enrollment_state: {
      title: 'Diese Einrichtung ist schon weiter',
      text: 'Das Profil lässt sich hier nicht mehr laden. Melden Sie sich noch einmal an, um neu zu beginnen.',
    },
    enrollment_unknown: {
      title: 'Dieses Gerät gehört nicht zu Ihren',
      text: 'Vielleicht wurde es inzwischen entfernt.',
    },
    session_missing: {
      title: 'Bitte melden Sie sich an',
      text: 'Ihre Anmeldung ist abgelaufen, oder Sie kamen direkt hierher.',
    },
    foreign_origin: {
      title: 'Das kam von woanders',
      text: 'Die Anfrage kam nicht von einer Seite dieses Servers. Öffnen Sie die Seite hier und versuchen Sie es noch einmal.',
    },
    not_found: { title: 'Hier ist nichts', text: 'Diese Adresse gibt es bei uns nicht.' },
    unavailable: {
      title: 'Bitte versuchen Sie es in einer Minute noch einmal',
      text: 'Dieser Server kann das gerade nicht. Es liegt nicht an Ihnen.',
    },
    server: {
      title: 'Es liegt nicht an Ihnen',
      text: 'Hier ist etwas schiefgegangen. Bitte versuchen Sie es in einer Minute noch einmal.',
    },
    request: {
      title: 'Das hat nicht geklappt',
      text: 'Bitte gehen Sie zurück und versuchen Sie es noch einmal.',
    },
  },
}
