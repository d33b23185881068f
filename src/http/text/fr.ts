import { html } from '../html.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('fr')

const apple: AppleWords = {
  allow: 'Autoriser',
  ignore: 'Ignorer',
  close: 'Fermer',
  cancel: 'Annuler',
  done: 'Terminé',
  install: 'Installer',
  next: 'Suivant',
  trust: 'Faire confiance',
  warning: 'Avertissement',
  settings: 'Réglages',
  general: 'Général',
  about: 'Informations',
  softwareUpdate: 'Mise à jour logicielle',
  certificateTrust: 'Réglages des certificats',
  profileDownloaded: 'Profil téléchargé',
  profileInstalled: 'Profil installé',
  enterPasscode: 'Saisissez le code',
  verified: 'Vérifié',
  notVerified: 'Non vérifié',
  remoteManagement: 'Gestion à distance',
  deviceManagement: 'VPN et gestion de l’appareil',
  removeProfile: 'Supprimer le profil',
  systemSettings: 'Réglages Système',
  macDeviceManagement: 'Gestion de l’appareil',
  macInstall: 'Installer…',
}

export const fr: Texts = {
  language: 'fr',
  direction: 'ltr',
  endonym: 'Français',
  apple,
  gear: { iphone: 'cet iPhone', ipad: 'cet iPad', mac: 'ce Mac', other: 'cet appareil' },
  frame: {
    languages: 'Langue',
    myDevices: 'Mes appareils',
    help: (organization) =>
      `Vous êtes bloqué ? L’assistance de ${organization} voit où en est votre appareil.`,
    support: 'Si vous appelez l’assistance, donnez ce code :',
    toSignIn: 'Aller à la connexion',
    toStart: 'Aller au début',
  },
  welcome: {
    title: 'Configurer votre appareil',
    heading: (organization) => `Configurez votre appareil pour ${organization}`,
    lead: 'Votre compte, cet appareil et quelques étapes : cela prend environ deux minutes.',
    inSafari: 'Ouvrez cette page dans Safari sur l’appareil que vous voulez configurer.',
    start: (gear) => `Configurer ${gear}`,
    trustFirst: 'D’abord, faites confiance à ce serveur',
    trustFirstWhy: (organization) =>
      `Si Safari vous a averti au sujet de cette page, c’est que ${organization} a établi lui-même le certificat de ce serveur (il est autosigné). Installez une fois le certificat racine, et votre appareil le connaîtra.`,
    trustIfAsked: 'Safari vous a-t-il averti au sujet de cette page ?',
    trustIfAskedWhy: (organization) =>
      `Alors votre appareil ne connaît pas encore l’autorité de certification de ${organization}. Cela arrive quand un certificat est autosigné. Installez une fois le certificat racine.`,
    downloadRoot: 'Télécharger le certificat racine',
    installRoot: html`Ouvrez <b>${apple.settings} › ${apple.profileDownloaded}</b> et touchez <b>${apple.install}</b>.`,
    switchOn: html`Ouvrez <b>${apple.settings} › ${apple.general} › ${apple.about} › ${apple.certificateTrust}</b> et activez-le.`,
    compare: (organization) =>
      `Avant de l’activer, comparez son empreinte SHA-256 avec celle que ${organization} vous a donnée :`,
    thenEnroll: 'Ensuite, configurez',
    whatHappens: 'Ce qui va se passer',
    steps: (organization) => [
      html`<b>Vous vous connectez</b> avec votre compte ${organization}.`,
      html`<b>Vous téléchargez un profil</b> et l’installez dans ${apple.settings}. La page suivante montre chaque étape.`,
      html`<b>Votre appareil prouve son identité</b> et crée une clé qui ne le quitte jamais. Vous n’avez rien à faire.`,
      html`<b>Ses réglages arrivent</b>, chiffrés de sorte que seul cet appareil puisse les lire.`,
    ],
  },
  signIn: {
    title: 'Connexion',
    lead: (organization) =>
      `Utilisez votre compte ${organization}. Le profil que vous recevez est fait pour vous et cet appareil.`,
    name: 'Nom du compte',
    password: 'Mot de passe',
    button: 'Se connecter',
    with: (provider) => `Se connecter avec ${provider}`,
    as: (name) =>
      html`Vous êtes connecté en tant que ${name}. Le profil que vous recevez est établi pour vous et pour cet appareil.`,
    or: 'ou avec un mot de passe',
    privacy: (organization) =>
      `Votre mot de passe est vérifié par ${organization} et ne fait pas partie du profil.`,
    problems: {
      sign_in_failed: 'Ce nom et ce mot de passe ne correspondent pas. Veuillez réessayer.',
      too_many_attempts: 'Trop de tentatives. Veuillez attendre un quart d’heure, puis réessayer.',
      password_too_long: 'Le mot de passe est trop long.',
    },
  },
  begin: {
    title: 'Configurer cet appareil',
    lead: (organization) =>
      `${organization} reconnaît cet appareil à son numéro de série : personne n’a à se connecter.`,
    button: 'Continuer',
  },
  invitation: {
    title: (organization) => `${organization} vous invite à configurer votre appareil`,
    lead: (name) => html`Cette invitation est pour ${name}.`,
  },
  guide: {
    title: 'Télécharger le profil',
    signedIn: 'Connecté',
    ready: 'Le profil est prêt',
    hello: (name) => html`Bonjour ${name}, votre profil est prêt`,
    lead: (taps) =>
      plural(taps, {
        one: 'Téléchargez-le, puis suivez l’image. Il reste # étape.',
        other:
          'Téléchargez-le, puis suivez les images. Il y a # étapes ; ayez votre code sous la main.',
      }),
    leadMac: (taps) =>
      plural(taps, {
        other:
          'Téléchargez-le, puis suivez les images. Il y a # étapes ; ayez le mot de passe de ce Mac sous la main.',
      }),
    download: 'Télécharger le profil',
    again: 'Le télécharger de nouveau',
    deadline: 'Vous avez huit minutes.',
    deadlineWhy:
      'L’appareil efface un profil téléchargé qui n’est pas installé d’ici là. Dans ce cas, revenez et téléchargez-le de nouveau.',
    timeLeft: (time) => html`Temps restant pour l’installer : ${time}`,
    timeUp: 'Les huit minutes sont écoulées. Si le profil a disparu, téléchargez-le de nouveau.',
    stepsFor: 'Afficher les étapes pour',
    whatYouSee: 'Ce que vous allez voir',
    left: (taps) => plural(taps, { one: 'encore # étape', other: 'encore # étapes' }),
    picture: (label) => `Image de l’écran : ${label}`,
    taps: {
      allow: html`Safari demande si ce site peut télécharger un profil. Touchez <b>${apple.allow}</b>.`,
      close: html`Le profil attend dans ${apple.settings}. Touchez <b>${apple.close}</b>.`,
      downloaded: html`Ouvrez <b>${apple.settings}</b>. Vers le haut, touchez <b>${apple.profileDownloaded}</b>.`,
      passcode: html`Saisissez le <b>code</b> qui déverrouille cet appareil.`,
      consent: html`Lisez le texte de l’organisation. Touchez <b>${apple.next}</b>.`,
      warning: html`Une page intitulée <b>${apple.warning}</b> dit ce que le profil peut faire. Touchez <b>${apple.install}</b> dans le coin.`,
      confirm: html`Touchez encore une fois <b>${apple.install}</b>. Votre appareil travaille alors seul pendant quelques secondes.`,
      trust: html`L’appareil parle de <b>${apple.remoteManagement}</b>. Touchez <b>${apple.trust}</b>.`,
      done: html`L’écran indique <b>${apple.profileInstalled}</b>. Touchez <b>${apple.done}</b> : c’est tout.`,
      macAllow: html`Si Safari demande d’autoriser les téléchargements sur ce site, cliquez sur <b>${apple.allow}</b>.`,
      macOpen: html`Ouvrez <b>${apple.systemSettings}</b>. Dans la barre latérale, cliquez sur <b>${apple.profileDownloaded}</b>, ou sur <b>${apple.general} › ${apple.macDeviceManagement}</b>.`,
      macReview: html`Double-cliquez sur le profil qui y attend.`,
      macInstall: html`Cliquez sur <b>${apple.macInstall}</b>, puis sur <b>${apple.install}</b>.`,
      macPassword: html`Saisissez le <b>mot de passe</b> de ce Mac. Il travaille alors seul pendant quelques secondes.`,
      macDone: html`Le profil figure dans la liste : c’est tout.`,
    },
    install: ({ name, signer, isVerified }) =>
      html`Il s’appelle <b><bdi>${name}</bdi></b>, signé par <b><bdi>${signer}</bdi></b>, <b>${isVerified ? apple.verified : apple.notVerified}</b>. Touchez <b>${apple.install}</b> dans le coin.`,
  },
  progress: {
    title: 'Où en est votre appareil',
    items: {
      signedIn: 'Vous êtes connecté',
      downloaded: 'Profil téléchargé',
      recognised: 'Appareil reconnu',
      certified: 'Certificat délivré',
      delivered: 'Réglages envoyés',
    },
    marks: { done: 'fait', current: 'en cours', ahead: 'à venir', stopped: 'pas atteint' },
    working: {
      title: 'Votre appareil travaille',
      text: 'Il crée sa clé et va chercher ses réglages tout seul. Vous n’avez rien à faire.',
    },
    finished: (organization) => ({
      title: 'Votre appareil est configuré',
      text: `Les réglages de ${organization} ont été envoyés. Dès que l’appareil affiche « ${apple.profileInstalled} », touchez « ${apple.done} ».`,
    }),
    looking: 'Cette page cherche les nouvelles d’elle-même.',
    pause: 'Suspendre',
    resume: 'Continuer à suivre',
    seeError: 'Mon appareil affiche une erreur',
    beginAgain: 'Recommencer',
  },
  problems: {
    again: {
      title: 'Ce profil n’est plus valable',
      text: 'Un profil sert une fois et peu de temps. Recommencez, et installez le nouveau peu après le téléchargement.',
    },
    network: {
      title: 'Quelque chose a perturbé la connexion',
      text: 'Les messages de votre appareil ne sont pas arrivés tels qu’ils ont été envoyés. Essayez un autre réseau, sans VPN ni proxy, et recommencez.',
    },
    notListed: {
      title: 'Cet appareil n’est pas sur la liste',
      text: 'Seuls les appareils que votre organisation connaît sont admis. Demandez à l’assistance d’ajouter celui-ci.',
    },
    tooOld: {
      title: 'Le logiciel de cet appareil est trop ancien',
      text: `Mettez-le à jour dans ${apple.settings} › ${apple.general} › ${apple.softwareUpdate}, puis recommencez.`,
    },
    disabled: {
      title: 'Votre compte ne peut pas configurer d’appareil',
      text: 'Il a été désactivé. L’assistance peut vous dire pourquoi.',
    },
    timedOut: {
      title: 'Le temps est écoulé',
      text: 'Rien n’est venu de votre appareil pendant trop longtemps. Recommencez quand vous voulez.',
    },
    otherDevice: {
      title: 'Un autre appareil a répondu',
      text: 'Le profil était fait pour un appareil et a servi sur un autre. Connectez-vous sur l’appareil que vous voulez configurer.',
    },
    notGenuine: {
      title: 'L’appareil n’a pas pu prouver son identité',
      text: 'Ce serveur ne l’a pas reconnu comme un appareil authentique. Demandez à l’assistance.',
    },
    ours: {
      title: 'L’erreur est de notre côté',
      text: 'Vous avez tout fait correctement. Donnez le code à l’assistance : elle voit ce qui ne va pas.',
    },
    withdrawn: {
      title: 'Cet appareil a été retiré',
      text: 'Sa configuration a été arrêtée. Si vous en avez encore besoin, recommencez.',
    },
    other: {
      title: 'Cela n’a pas fonctionné',
      text: 'Recommencez. Si cela se reproduit, donnez le code à l’assistance.',
    },
  },
  errors: {
    title: 'Qu’affiche votre appareil ?',
    lead: 'Choisissez ce qui y ressemble le plus. L’assistance voit votre réponse, et vous recevez un conseil.',
    thanks: 'C’est noté. Ce qui aide le plus souvent :',
    back: 'Retour aux étapes',
    choices: {
      installation_failed: {
        title: 'Échec de l’installation du profil',
        text: 'Ne supprimez rien. Téléchargez de nouveau le profil et installez-le aussitôt. Si le message revient, donnez le code à l’assistance.',
      },
      network_error: {
        title: 'Une erreur réseau s’est produite',
        text: 'Désactivez VPN et proxy, ou passez du Wi-Fi aux données cellulaires ou inversement. Puis téléchargez de nouveau le profil.',
      },
      invalid_response: {
        title: 'Le serveur SCEP a renvoyé une réponse non valide',
        text: 'C’est à l’assistance de le résoudre. Donnez-lui le code.',
      },
      server_certificate: {
        title: 'Le certificat du serveur n’est pas valide',
        text: 'Vérifiez la date et l’heure de votre appareil. Si ce site vous demande d’installer un certificat racine, faites-le d’abord et activez-le.',
      },
      no_download: {
        title: 'Rien ne se passe après le téléchargement',
        text: 'Ouvrez cette page dans Safari même, pas dans une app, et téléchargez de nouveau le profil.',
      },
      no_profile: {
        title: `Il n’y a pas de « ${apple.profileDownloaded} »`,
        text: `L’appareil l’efface au bout de huit minutes. Téléchargez-le de nouveau et allez tout de suite dans ${apple.settings}.`,
      },
      other: {
        title: 'Autre chose',
        text: 'Faites une capture d’écran et donnez-la à l’assistance avec le code.',
      },
    },
  },
  sees: {
    title: (organization) => `Ce que ${organization} voit, et ne voit pas`,
    learns: (organization) => `Lors de la configuration, ${organization} apprend`,
    attributes: {
      UDID: 'l’identifiant de l’appareil (UDID)',
      SERIAL: 'son numéro de série',
      PRODUCT: 'son modèle',
      VERSION: 'la version de son logiciel',
      DEVICE_NAME: 'son nom',
      IMEI: 'son IMEI, le numéro de sa radio',
      MEID: 'son MEID, le numéro de sa radio',
      ICCID: 'le numéro de sa carte SIM',
    },
    installs: 'Ce qui est configuré sur l’appareil',
    effects: {
      mail: 'un compte de courrier',
      calendar: 'des calendriers ou des contacts',
      wifi: 'l’accès à des réseaux Wi-Fi',
      vpn: 'un VPN',
      filter: 'un filtre, un proxy ou des serveurs de noms',
      root: 'un certificat auquel l’appareil fera confiance',
      certificate: 'un certificat',
      identity: 'un certificat à lui, pour prouver qui il est',
      passcode: 'des règles pour le code',
      restrictions: 'des limites à ce que l’appareil peut faire',
      webClip: 'un lien sur l’écran d’accueil',
      font: 'une police',
      mdm: 'la gestion à distance',
    },
    otherEffect: (type) => `des réglages du type ${type}`,
    can: (organization) => `${organization} peut`,
    cannot: (organization) => `${organization} ne peut pas`,
    abilities: {
      photos: 'voir vos photos et vos fichiers',
      messages: 'lire vos messages ni écouter vos appels',
      location: 'voir où vous êtes',
      browsing: 'voir quelles pages vous ouvrez',
      passwords: 'voir vos mots de passe',
      traffic: 'voir ou filtrer le trafic qui passe par son VPN, son proxy ou son filtre',
      apps: 'voir quelles apps sont installées',
      manageApps: 'installer et supprimer des apps de l’organisation',
      inspect: 'demander l’état du stockage, de la batterie et du réseau',
      lock: 'verrouiller l’appareil ou effacer son code',
      erase: 'effacer l’appareil',
    },
    leave: 'Comment vous en défaire',
    leaving: html`Ouvrez <b>${apple.settings} › ${apple.general} › ${apple.deviceManagement}</b>, touchez le profil puis <b>${apple.removeProfile}</b>. Tout ce qu’il a apporté part avec lui.`,
    leavingMac: html`Ouvrez <b>${apple.systemSettings} › ${apple.general} › ${apple.macDeviceManagement}</b>, choisissez le profil et supprimez-le avec le bouton moins. Tout ce qu’il a apporté part avec lui.`,
    locked: (organization) =>
      `Vous ne pouvez pas supprimer ce profil vous-même. L’assistance de ${organization} le peut.`,
    removalPassword: (organization) =>
      `L’appareil demande pour cela un code que détient l’assistance de ${organization}.`,
  },
  handOver: {
    browser: (name) => ({
      title: `Veuillez passer de ${name} à Safari`,
      text: 'Les profils s’installent depuis Safari. Copiez l’adresse, ouvrez Safari et collez-la.',
    }),
    app: {
      title: 'Veuillez ouvrir cette page dans Safari',
      text: 'Ceci est une fenêtre dans une app, et aucun profil ne s’installe de là. Copiez l’adresse, ouvrez Safari et collez-la.',
    },
    android: {
      title: 'Ceci est pour iPhone, iPad et Mac',
      text: 'Les appareils Android et les autres systèmes ne peuvent pas être configurés ici. Ouvrez l’adresse sur votre appareil Apple.',
    },
    desktop: {
      title: 'Continuez sur votre iPhone ou iPad',
      text: 'Pointez son appareil photo vers ce code et touchez le lien qui apparaît.',
    },
    copy: 'Copier l’adresse',
    copied: 'Copiée',
    address: 'Adresse',
    code: 'Code QR de l’adresse',
  },
  me: {
    title: 'Mes appareils',
    lead: 'Les appareils que vous avez configurés.',
    none: 'Vous n’avez pas encore configuré d’appareil.',
    unnamed: 'Appareil encore inconnu',
    since: (date) => `depuis le ${date}`,
    states: {
      ready: 'Configuré',
      unfinished: 'Pas terminé',
      failed: 'Échec',
      expired: 'Temps écoulé',
      removed: 'Retiré',
    },
    update: 'Obtenir les réglages actuels',
    updateThis: 'Mettre à jour',
    updateWhy: 'Sur l’appareil même : téléchargez de nouveau le profil, il remplace le précédent.',
    remove: 'Retirer',
    removeTitle: (device) => `Retirer ${device} ?`,
    removeWhat: (organization) =>
      `Le certificat de cet appareil est révoqué aussitôt. Il ne peut plus obtenir de réglages de ${organization}.`,
    removeThen: 'Supprimez ensuite le profil sur l’appareil même :',
    confirm: 'Oui, le retirer',
    keep: 'Le garder',
    removed: {
      title: 'L’appareil est retiré',
      text: 'Son certificat est révoqué. Ce que le profil a configuré reste sur l’appareil jusqu’à ce que vous l’y supprimiez :',
    },
    signOut: 'Se déconnecter',
  },
  failures: {
    account_not_allowed: {
      title: 'Pas encore pour vous',
      text: 'Vous êtes connecté, mais vous ne faites pas partie des personnes qui peuvent configurer un appareil ici. Demandez à l’assistance de vous ajouter.',
    },
    account_taken: {
      title: 'Votre nom est déjà pris',
      text: 'Vous êtes connecté, mais quelqu’un d’autre porte ce nom ici. Demandez à l’assistance.',
    },
    account_not_in_flow: {
      title: 'Ceci est pour d’autres personnes',
      text: 'Vous êtes connecté, mais cette adresse ne vous est pas destinée. Demandez la bonne.',
    },
    flow_unknown: {
      title: 'Il n’y a rien ici',
      text: 'On ne peut pas, ou plus, configurer d’appareil à cette adresse. Demandez la bonne.',
    },
    invitation_needed: {
      title: 'Il vous faut une invitation',
      text: 'Seules les personnes invitées peuvent configurer un appareil ici. Ouvrez le lien de votre invitation.',
    },
    invitation_invalid: {
      title: 'Cette invitation n’est plus valable',
      text: 'Elle a été utilisée, a expiré ou a été retirée. Demandez-en une nouvelle à qui vous l’a donnée.',
    },
    sign_in_method: {
      title: 'Pas avec un mot de passe',
      text: 'On se connecte ici autrement. Demandez l’adresse qui vous est destinée.',
    },
    sign_in_interrupted: {
      title: 'Veuillez recommencer',
      text: 'Cette connexion a déjà servi, a pris plus de dix minutes ou a commencé dans un autre navigateur.',
    },
    sign_in_refused: {
      title: 'Vous n’êtes pas connecté',
      text: 'La connexion n’a pas été acceptée. Réessayez, ou demandez à l’assistance.',
    },
    sign_in_unavailable: {
      title: 'La connexion ne fonctionne pas pour le moment',
      text: 'Le service qui vérifie votre compte ne répond pas. Veuillez réessayer dans une minute.',
    },
    enrollment_state: {
      title: 'Cette configuration est déjà plus loin',
      text: 'Le profil ne peut plus être téléchargé ici. Connectez-vous de nouveau pour recommencer.',
    },
    enrollment_unknown: {
      title: 'Cet appareil n’est pas parmi les vôtres',
      text: 'Il a peut-être été retiré entre-temps.',
    },
    session_missing: {
      title: 'Veuillez vous connecter',
      text: 'Votre connexion a pris fin, ou vous êtes arrivé ici directement.',
    },
    foreign_origin: {
      title: 'Cela vient d’ailleurs',
      text: 'La demande n’a pas été envoyée par une page de ce serveur. Ouvrez la page ici et réessayez.',
    },
    not_found: { title: 'Il n’y a rien ici', text: 'Cette adresse n’existe pas chez nous.' },
    unavailable: {
      title: 'Veuillez réessayer dans une minute',
      text: 'Ce serveur ne peut pas le faire en ce moment. Vous n’y êtes pour rien.',
    },
    server: {
      title: 'Vous n’y êtes pour rien',
      text: 'Quelque chose a échoué ici. Veuillez réessayer dans une minute.',
    },
    request: {
      title: 'Cela n’a pas fonctionné',
      text: 'Veuillez revenir en arrière et réessayer.',
    },
  },
}
