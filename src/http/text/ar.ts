import { html } from '../html.ts'
import { isolate } from './isolate.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('ar')

const apple: AppleWords = {
  allow: 'السماح',
  ignore: 'تجاهل',
  close: 'إغلاق',
  cancel: 'إلغاء',
  done: 'تم',
  install: 'تثبيت',
  next: 'التالي',
  trust: 'ثقة',
  warning: 'تحذير',
  settings: 'الإعدادات',
  general: 'عام',
  about: 'حول',
  softwareUpdate: 'تحديث البرامج',
  certificateTrust: 'إعدادات الثقة بالشهادات',
  profileDownloaded: 'تم تنزيل ملف التعريف',
  profileInstalled: 'تم تثبيت ملف التعريف',
  enterPasscode: 'أدخل رمز الدخول',
  verified: 'تم التحقق',
  notVerified: 'لم يتم التحقق',
  remoteManagement: 'الإدارة عن بُعد',
  deviceManagement: 'VPN وإدارة الجهاز',
  removeProfile: 'إزالة ملف التعريف',
  systemSettings: 'إعدادات النظام',
  macDeviceManagement: 'إدارة الجهاز',
  macInstall: 'تثبيت…',
}

export const ar: Texts = {
  language: 'ar',
  direction: 'rtl',
  endonym: 'العربية',
  apple,
  gear: { iphone: 'هذا الـ iPhone', ipad: 'هذا الـ iPad', mac: 'هذا الـ Mac', other: 'هذا الجهاز' },
  frame: {
    languages: 'اللغة',
    myDevices: 'أجهزتي',
    help: (organization) =>
      `هل تحتاج إلى مساعدة؟ يستطيع مكتب المساعدة لدى ${isolate(organization)} أن يرى إلى أين وصل جهازك.`,
    support: 'إذا اتصلت بمكتب المساعدة، فاذكر هذا الرمز:',
    toSignIn: 'الانتقال إلى تسجيل الدخول',
    toStart: 'الانتقال إلى البداية',
  },
  welcome: {
    title: 'إعداد جهازك',
    heading: (organization) => `إعداد جهازك للعمل مع ${isolate(organization)}`,
    lead: 'حسابك وهذا الجهاز وبضع خطوات: يستغرق الأمر نحو دقيقتين.',
    inSafari: 'افتح هذه الصفحة في Safari على الجهاز الذي تريد إعداده.',
    start: (gear) => `تسجيل ${gear}`,
    trustFirst: 'أولاً، ثِق بهذا الخادم',
    trustFirstWhy: (organization) =>
      `إذا حذّرك Safari من هذه الصفحة، فالسبب أن ${isolate(organization)} أنشأت شهادة هذا الخادم بنفسها (وهي موقَّعة ذاتيًا). ثبّت الشهادة الجذرية مرة واحدة ليتعرّف عليها جهازك.`,
    trustIfAsked: 'هل حذّرك Safari من هذه الصفحة؟',
    trustIfAskedWhy: (organization) =>
      `إذن لا يعرف جهازك بعد جهة إصدار الشهادات لدى ${isolate(organization)}. يحدث ذلك عندما تكون الشهادة موقَّعة ذاتيًا. ثبّت الشهادة الجذرية مرة واحدة.`,
    downloadRoot: 'تنزيل الشهادة الجذرية',
    installRoot: html`افتح <b>${apple.settings} › ${apple.profileDownloaded}</b> واضغط على <b>${apple.install}</b>.`,
    switchOn: html`افتح <b>${apple.settings} › ${apple.general} › ${apple.about} › ${apple.certificateTrust}</b> وشغّل المفتاح الخاص بها.`,
    compare: (organization) =>
      `قبل تشغيله، قارن بصمة SHA-256 بالبصمة التي حصلت عليها من ${isolate(organization)}:`,
    thenEnroll: 'بعد ذلك، سجّل الجهاز',
    whatHappens: 'ما الذي سيحدث',
    steps: (organization) => [
      html`<b>تسجّل الدخول</b> بحسابك لدى ${isolate(organization)}.`,
      html`<b>تنزّل ملف تعريف</b> وتثبّته في ${apple.settings}. تعرض الصفحة التالية كل خطوة.`,
      html`<b>يُثبت جهازك هويته</b> ويُنشئ مفتاحًا لا يغادره أبدًا. ليس عليك فعل شيء.`,
      html`<b>تصل إعداداته</b> مشفّرةً بحيث لا يقرؤها إلا هذا الجهاز.`,
    ],
  },
  signIn: {
    title: 'تسجيل الدخول',
    lead: (organization) =>
      `استخدم حسابك لدى ${isolate(organization)}. ملف التعريف الذي ستحصل عليه مُعدّ لك ولهذا الجهاز.`,
    name: 'اسم الحساب',
    password: 'كلمة السر',
    button: 'تسجيل الدخول',
    with: (provider) => `تسجيل الدخول باستخدام ${isolate(provider)}`,
    as: (name) =>
      html`لقد سجّلت الدخول باسم ${name}. الملف التعريفي الذي ستحصل عليه مُعَدّ لك ولهذا الجهاز.`,
    or: 'أو بكلمة السر',
    privacy: (organization) =>
      `تتحقق ${isolate(organization)} من كلمة السر، وهي ليست جزءًا من ملف التعريف.`,
    problems: {
      sign_in_failed: 'اسم الحساب وكلمة السر غير متطابقين. يُرجى المحاولة مرة أخرى.',
      too_many_attempts: 'محاولات كثيرة جدًا. يُرجى الانتظار ربع ساعة ثم المحاولة مرة أخرى.',
      password_too_long: 'كلمة السر طويلة جدًا.',
    },
  },
  begin: {
    title: 'تسجيل هذا الجهاز',
    lead: (organization) =>
      `تعرف ${isolate(organization)} هذا الجهاز من رقمه التسلسلي، فلا حاجة إلى تسجيل الدخول.`,
    button: 'متابعة',
  },
  invitation: {
    title: (organization) => `تدعوك ${isolate(organization)} إلى إعداد جهازك`,
    lead: (name) => html`هذه الدعوة لـ ${name}.`,
  },
  guide: {
    title: 'تنزيل ملف التعريف',
    signedIn: 'تم تسجيل الدخول',
    ready: 'ملف التعريف جاهز',
    hello: (name) => html`مرحبًا ${name}، ملف التعريف جاهز`,
    lead: (taps) =>
      plural(taps, {
        one: 'نزّله ثم اتبع الصورة. تليه خطوة واحدة.',
        two: 'نزّله ثم اتبع الصورتين. تليه خطوتان؛ جهّز رمز الدخول.',
        few: 'نزّله ثم اتبع الصور. تليه # خطوات؛ جهّز رمز الدخول.',
        other: 'نزّله ثم اتبع الصور. تليه # خطوة؛ جهّز رمز الدخول.',
      }),
    leadMac: (taps) =>
      plural(taps, {
        few: 'نزّله ثم اتبع الصور. تليه # خطوات؛ جهّز كلمة سر هذا الـ Mac.',
        other: 'نزّله ثم اتبع الصور. تليه # خطوة؛ جهّز كلمة سر هذا الـ Mac.',
      }),
    download: 'تنزيل ملف التعريف',
    again: 'تنزيله مرة أخرى',
    deadline: 'أمامك ثماني دقائق.',
    deadlineWhy:
      'يحذف الجهاز ملف التعريف الذي تم تنزيله إذا لم يُثبَّت خلالها. إذا حدث ذلك، فعُد إلى هنا ونزّله مرة أخرى.',
    timeLeft: (time) => html`الوقت المتبقي لتثبيته: ${time}`,
    timeUp: 'انتهت الدقائق الثماني. إذا اختفى ملف التعريف، فنزّله مرة أخرى.',
    stepsFor: 'عرض الخطوات لـ',
    whatYouSee: 'ما الذي ستراه',
    left: (taps) =>
      plural(taps, {
        one: 'بقيت خطوة واحدة',
        two: 'بقيت خطوتان',
        few: 'بقيت # خطوات',
        other: 'بقيت # خطوة',
      }),
    picture: (label) => `صورة الشاشة: ${label}`,
    taps: {
      allow: html`يسأل Safari عمّا إذا كان يُسمح لهذا الموقع بتنزيل ملف تعريف. اضغط على <b>${apple.allow}</b>.`,
      close: html`ينتظر ملف التعريف في ${apple.settings}. اضغط على <b>${apple.close}</b>.`,
      downloaded: html`افتح <b>${apple.settings}</b>. بالقرب من الأعلى، اضغط على <b>${apple.profileDownloaded}</b>.`,
      passcode: html`أدخل <b>رمز الدخول</b> الذي يفتح قفل هذا الجهاز.`,
      consent: html`اقرأ نص المؤسسة، ثم اضغط على <b>${apple.next}</b>.`,
      warning: html`تظهر صفحة بعنوان <b>${apple.warning}</b> توضح ما يستطيع ملف التعريف فعله. اضغط على <b>${apple.install}</b> في الزاوية.`,
      confirm: html`اضغط على <b>${apple.install}</b> مرة أخرى. يعمل جهازك بعد ذلك وحده لبضع ثوانٍ.`,
      trust: html`يسأل الجهاز عن <b>${apple.remoteManagement}</b>. اضغط على <b>${apple.trust}</b>.`,
      done: html`تظهر عبارة <b>${apple.profileInstalled}</b>. اضغط على <b>${apple.done}</b> وبذلك تنتهي.`,
      macAllow: html`إذا سأل Safari عن السماح بالتنزيل من هذا الموقع، فانقر على <b>${apple.allow}</b>.`,
      macOpen: html`افتح <b>${apple.systemSettings}</b>. في الشريط الجانبي، انقر على <b>${apple.profileDownloaded}</b> أو على <b>${apple.general} › ${apple.macDeviceManagement}</b>.`,
      macReview: html`انقر مرتين على ملف التعريف الموجود هناك.`,
      macInstall: html`انقر على <b>${apple.macInstall}</b> ثم على <b>${apple.install}</b>.`,
      macPassword: html`أدخل <b>كلمة سر</b> هذا الـ Mac. يعمل بعد ذلك وحده لبضع ثوانٍ.`,
      macDone: html`يظهر ملف التعريف في القائمة، وبذلك تنتهي.`,
    },
    install: ({ name, signer, isVerified }) =>
      html`اسمه <b><bdi>${name}</bdi></b>، وموقّعه <b><bdi>${signer}</bdi></b>، وحالته <b>${isVerified ? apple.verified : apple.notVerified}</b>. اضغط على <b>${apple.install}</b> في الزاوية.`,
  },
  progress: {
    title: 'إلى أين وصل جهازك',
    items: {
      signedIn: 'سجّلت الدخول',
      downloaded: 'تم تنزيل ملف التعريف',
      recognised: 'تم التعرّف على الجهاز',
      certified: 'تم إصدار الشهادة',
      delivered: 'تم تسليم الإعدادات',
    },
    marks: { done: 'تم', current: 'جارٍ', ahead: 'لاحقًا', stopped: 'لم يتم' },
    working: {
      title: 'جهازك يعمل الآن',
      text: 'يُنشئ مفتاحه ويجلب إعداداته وحده. ليس عليك فعل شيء.',
    },
    finished: (organization) => ({
      title: 'اكتمل إعداد جهازك',
      text: `تم تسليم إعدادات ${isolate(organization)}. عندما تظهر على الجهاز عبارة «${apple.profileInstalled}»، اضغط على «${apple.done}».`,
    }),
    looking: 'تبحث هذه الصفحة عن الجديد تلقائيًا.',
    pause: 'إيقاف مؤقت',
    resume: 'متابعة البحث',
    seeError: 'يعرض جهازي خطأ',
    beginAgain: 'البدء من جديد',
  },
  problems: {
    again: {
      title: 'لم يعد ملف التعريف هذا صالحًا',
      text: 'يصلح ملف التعريف مرة واحدة ولوقت قصير. ابدأ من جديد، وثبّت الملف الجديد بعد تنزيله مباشرة.',
    },
    network: {
      title: 'حدث خلل في الاتصال',
      text: 'لم تصل رسائل جهازك كما أُرسلت. جرّب شبكة أخرى بدون VPN أو وكيل، وابدأ من جديد.',
    },
    notListed: {
      title: 'هذا الجهاز ليس في القائمة',
      text: 'لا يتم إعداد إلا الأجهزة التي تعرفها مؤسستك. اطلب من مكتب المساعدة إضافة هذا الجهاز.',
    },
    tooOld: {
      title: 'برامج هذا الجهاز قديمة جدًا',
      text: `حدّثها في ${apple.settings} › ${apple.general} › ${apple.softwareUpdate}، ثم ابدأ من جديد.`,
    },
    disabled: {
      title: 'لا يُسمح لحسابك بإعداد الأجهزة',
      text: 'تم تعطيله. يستطيع مكتب المساعدة أن يخبرك بالسبب.',
    },
    timedOut: {
      title: 'انتهى الوقت',
      text: 'لم يصل شيء من جهازك لوقت طويل. ابدأ من جديد متى شئت.',
    },
    otherDevice: {
      title: 'استجاب جهاز آخر',
      text: 'أُعدّ ملف التعريف لجهاز واستُخدم على جهاز آخر. سجّل الدخول على الجهاز الذي تريد إعداده.',
    },
    notGenuine: {
      title: 'لم يتمكن الجهاز من إثبات هويته',
      text: 'لم يتعرّف هذا الخادم عليه كجهاز أصلي. اسأل مكتب المساعدة.',
    },
    ours: {
      title: 'الخطأ من جانبنا',
      text: 'لقد فعلت كل شيء بشكل صحيح. أعطِ الرمز لمكتب المساعدة ليرى سبب المشكلة.',
    },
    withdrawn: {
      title: 'تمت إزالة هذا الجهاز',
      text: 'انتهى إعداده. إذا احتجت إليه مرة أخرى، فابدأ من جديد.',
    },
    other: {
      title: 'لم ينجح ذلك',
      text: 'ابدأ من جديد. إذا تكرر الأمر، فأعطِ الرمز لمكتب المساعدة.',
    },
  },
  errors: {
    title: 'ما الذي يعرضه جهازك؟',
    lead: 'اختر الأقرب إليه. يرى مكتب المساعدة إجابتك، وتحصل على نصيحة.',
    thanks: 'تم التسجيل. ما يفيد في أغلب الأحيان:',
    back: 'العودة إلى الخطوات',
    choices: {
      installation_failed: {
        title: 'فشل تثبيت ملف التعريف',
        text: 'لا تحذف شيئًا. نزّل ملف التعريف مرة أخرى وثبّته فورًا. إذا ظهر الأمر نفسه، فأعطِ الرمز لمكتب المساعدة.',
      },
      network_error: {
        title: 'حدث خطأ في الشبكة',
        text: 'أوقف VPN والوكيل، أو بدّل بين Wi-Fi والبيانات الخلوية. ثم نزّل ملف التعريف مرة أخرى.',
      },
      invalid_response: {
        title: 'أرجع خادم SCEP استجابة غير صالحة',
        text: 'حلّ ذلك من مهام مكتب المساعدة. أعطِه الرمز.',
      },
      server_certificate: {
        title: 'شهادة الخادم غير صالحة',
        text: 'تحقق من التاريخ والوقت على جهازك. إذا طلب منك هذا الموقع تثبيت شهادة جذرية، فافعل ذلك أولاً وشغّل مفتاحها.',
      },
      no_download: {
        title: 'لا يحدث شيء بعد التنزيل',
        text: 'افتح هذه الصفحة في Safari نفسه، لا داخل تطبيق، ونزّل ملف التعريف مرة أخرى.',
      },
      no_profile: {
        title: `لا توجد عبارة «${apple.profileDownloaded}»`,
        text: `يحذفه الجهاز بعد ثماني دقائق. نزّله مرة أخرى وانتقل فورًا إلى ${apple.settings}.`,
      },
      other: {
        title: 'شيء آخر',
        text: 'التقط لقطة شاشة وأعطِها لمكتب المساعدة مع الرمز.',
      },
    },
  },
  sees: {
    title: (organization) => `ما تراه ${isolate(organization)} وما لا تراه`,
    learns: (organization) => `عند إعداد الجهاز، تعرف ${isolate(organization)}`,
    attributes: {
      UDID: 'معرّف الجهاز (UDID)',
      SERIAL: 'رقمه التسلسلي',
      PRODUCT: 'طرازه',
      VERSION: 'إصدار برامجه',
      DEVICE_NAME: 'اسمه',
      IMEI: 'رقم IMEI الخاص به',
      MEID: 'رقم MEID الخاص به',
      ICCID: 'رقم شريحة SIM',
    },
    installs: 'ما يتم إعداده على الجهاز',
    effects: {
      mail: 'حساب بريد',
      calendar: 'تقويمات أو جهات اتصال',
      wifi: 'الوصول إلى شبكات Wi-Fi',
      vpn: 'شبكة VPN',
      filter: 'مرشّح أو وكيل أو خوادم أسماء',
      root: 'شهادة سيثق بها الجهاز',
      certificate: 'شهادة',
      identity: 'شهادة خاصة بالجهاز يُثبت بها هويته',
      passcode: 'قواعد لرمز الدخول',
      restrictions: 'قيود على ما يستطيع الجهاز فعله',
      webClip: 'رابط على الشاشة الرئيسية',
      font: 'خط',
      mdm: 'الإدارة عن بُعد',
    },
    otherEffect: (type) => `إعدادات من النوع ${isolate(type)}`,
    can: (organization) => `تستطيع ${isolate(organization)}`,
    cannot: (organization) => `لا تستطيع ${isolate(organization)}`,
    abilities: {
      photos: 'رؤية صورك وملفاتك',
      messages: 'قراءة رسائلك أو الاستماع إلى مكالماتك',
      location: 'معرفة مكانك',
      browsing: 'معرفة الصفحات التي تفتحها',
      passwords: 'رؤية كلمات السر',
      traffic: 'رؤية أو ترشيح البيانات التي تمر عبر VPN أو الوكيل أو المرشّح',
      apps: 'معرفة التطبيقات المثبّتة',
      manageApps: 'تثبيت تطبيقات المؤسسة وإزالتها',
      inspect: 'الاستعلام عن التخزين والبطارية والشبكة',
      lock: 'قفل الجهاز أو مسح رمز الدخول',
      erase: 'مسح محتوى الجهاز',
    },
    leave: 'كيف تُلغي ذلك',
    leaving: html`افتح <b>${apple.settings} › ${apple.general} › ${apple.deviceManagement}</b>، واضغط على ملف التعريف ثم على <b>${apple.removeProfile}</b>. يزول معه كل ما أضافه.`,
    leavingMac: html`افتح <b>${apple.systemSettings} › ${apple.general} › ${apple.macDeviceManagement}</b>، واختر ملف التعريف وأزِله بزر الناقص. يزول معه كل ما أضافه.`,
    locked: (organization) =>
      `لا يمكنك إزالة ملف التعريف هذا بنفسك. يستطيع ذلك مكتب المساعدة لدى ${isolate(organization)}.`,
    removalPassword: (organization) =>
      `يطلب الجهاز لذلك رمزًا موجودًا لدى مكتب المساعدة في ${isolate(organization)}.`,
  },
  handOver: {
    browser: (name) => ({
      title: `يُرجى الانتقال من ${isolate(name)} إلى Safari`,
      text: 'تُثبَّت ملفات التعريف من Safari. انسخ العنوان وافتح Safari وألصقه هناك.',
    }),
    app: {
      title: 'يُرجى فتح هذه الصفحة في Safari',
      text: 'هذه نافذة داخل تطبيق، ولا يمكن تثبيت ملفات التعريف منها. انسخ العنوان وافتح Safari وألصقه هناك.',
    },
    android: {
      title: 'هذه الصفحة لأجهزة iPhone وiPad وMac',
      text: 'لا يمكن هنا إعداد أجهزة Android والأنظمة الأخرى. افتح العنوان على جهاز Apple الخاص بك.',
    },
    desktop: {
      title: 'تابع على iPhone أو iPad',
      text: 'وجّه الكاميرا نحو هذا الرمز واضغط على الرابط الذي يظهر.',
    },
    copy: 'نسخ العنوان',
    copied: 'تم النسخ',
    address: 'العنوان',
    code: 'رمز QR للعنوان',
  },
  me: {
    title: 'أجهزتي',
    lead: 'الأجهزة التي أعددتها.',
    none: 'لم تُعدّ أي جهاز بعد.',
    unnamed: 'جهاز غير معروف بعد',
    since: (date) => `منذ ${date}`,
    states: {
      ready: 'تم إعداده',
      unfinished: 'لم يكتمل',
      failed: 'لم ينجح',
      expired: 'انتهى الوقت',
      removed: 'تمت إزالته',
    },
    update: 'الحصول على الإعدادات الحالية',
    updateThis: 'تحديث',
    updateWhy: 'على الجهاز نفسه: نزّل ملف التعريف مرة أخرى، فيحل محل السابق.',
    remove: 'إزالة',
    removeTitle: (device) => `هل تريد إزالة ${isolate(device)}؟`,
    removeWhat: (organization) =>
      `تُلغى شهادة هذا الجهاز فورًا. لن يستطيع بعدها جلب الإعدادات من ${isolate(organization)}.`,
    removeThen: 'بعد ذلك، أزِل ملف التعريف من الجهاز نفسه:',
    confirm: 'نعم، إزالة',
    keep: 'الإبقاء عليه',
    removed: {
      title: 'تمت إزالة الجهاز',
      text: 'أُلغيت شهادته. يبقى ما أعدّه ملف التعريف على الجهاز حتى تزيله من هناك:',
    },
    signOut: 'تسجيل الخروج',
  },
  failures: {
    account_not_allowed: {
      title: 'ليس متاحًا لك بعد',
      text: 'سجّلت الدخول، لكنك لست ممن يمكنهم إعداد جهاز هنا. اطلب من مكتب المساعدة إضافتك.',
    },
    account_taken: {
      title: 'اسمك مستخدم',
      text: 'سجّلت الدخول، لكن شخصًا آخر يحمل هذا الاسم هنا. اسأل مكتب المساعدة.',
    },
    account_not_in_flow: {
      title: 'هذا لأشخاص آخرين',
      text: 'سجّلت الدخول، لكن هذا العنوان ليس مخصصًا لك. اسأل عن العنوان المخصص لك.',
    },
    flow_unknown: {
      title: 'لا يوجد شيء هنا',
      text: 'لا يمكن التسجيل على هذا العنوان، أو لم يعد ممكنًا. اسأل عن العنوان الصحيح.',
    },
    invitation_needed: {
      title: 'تحتاج إلى دعوة',
      text: 'لا يسجّل هنا إلا من تمت دعوته. افتح رابط دعوتك.',
    },
    invitation_invalid: {
      title: 'لم تعد هذه الدعوة صالحة',
      text: 'استُخدمت أو انتهت صلاحيتها أو سُحبت. اطلب دعوة جديدة ممن أرسلها إليك.',
    },
    sign_in_method: {
      title: 'ليس بكلمة سر',
      text: 'يُسجَّل الدخول هنا بطريقة أخرى. اسأل عن العنوان المخصص لك.',
    },
    sign_in_interrupted: {
      title: 'يُرجى البدء من جديد',
      text: 'استُخدم تسجيل الدخول هذا، أو استغرق أكثر من عشر دقائق، أو بدأ في متصفح آخر.',
    },
    sign_in_refused: {
      title: 'لم يتم تسجيل دخولك',
      text: 'لم يُقبل تسجيل الدخول. حاول مرة أخرى، أو اسأل مكتب المساعدة.',
    },
    sign_in_unavailable: {
      title: 'تسجيل الدخول لا يعمل الآن',
      text: 'الخدمة التي تتحقق من حسابك لا تستجيب. يُرجى المحاولة بعد دقيقة.',
    },
    enrollment_state: {
      title: 'تقدّم هذا التسجيل بالفعل',
      text: 'لم يعد بالإمكان تنزيل ملف التعريف هنا. سجّل الدخول مرة أخرى للبدء من جديد.',
    },
    enrollment_unknown: {
      title: 'هذا الجهاز ليس من أجهزتك',
      text: 'ربما أُزيل في هذه الأثناء.',
    },
    session_missing: {
      title: 'يُرجى تسجيل الدخول',
      text: 'انتهت صلاحية تسجيل دخولك، أو وصلت إلى هنا مباشرة.',
    },
    foreign_origin: {
      title: 'جاء ذلك من مكان آخر',
      text: 'لم يُرسَل الطلب من صفحة على هذا الخادم. افتح الصفحة هنا وحاول مرة أخرى.',
    },
    not_found: { title: 'لا يوجد شيء هنا', text: 'هذا العنوان ليس من عناويننا.' },
    unavailable: {
      title: 'يُرجى المحاولة بعد دقيقة',
      text: 'لا يستطيع هذا الخادم فعل ذلك الآن. ليس الخطأ منك.',
    },
    server: {
      title: 'ليس الخطأ منك',
      text: 'حدث خلل هنا. يُرجى المحاولة بعد دقيقة.',
    },
    request: { title: 'لم ينجح ذلك', text: 'يُرجى الرجوع والمحاولة مرة أخرى.' },
  },
}
