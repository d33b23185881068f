import { html } from '../html.ts'
import { createPlural } from './plural.ts'
import type { Texts } from './texts.ts'
import type { AppleWords } from './vocabulary.ts'

const plural = createPlural('ja')

const apple: AppleWords = {
  allow: '許可',
  ignore: '無視',
  close: '閉じる',
  cancel: 'キャンセル',
  done: '完了',
  install: 'インストール',
  next: '次へ',
  trust: '信頼',
  warning: '警告',
  settings: '設定',
  general: '一般',
  about: '情報',
  softwareUpdate: 'ソフトウェアアップデート',
  certificateTrust: '証明書信頼設定',
  profileDownloaded: 'ダウンロード済みのプロファイル',
  profileInstalled: 'インストール完了',
  enterPasscode: 'パスコードを入力',
  verified: '検証済み',
  notVerified: '未検証',
  remoteManagement: 'リモート管理',
  deviceManagement: 'VPNとデバイス管理',
  removeProfile: 'プロファイルを削除',
  systemSettings: 'システム設定',
  macDeviceManagement: 'デバイス管理',
  macInstall: 'インストール…',
}

export const ja: Texts = {
  language: 'ja',
  direction: 'ltr',
  endonym: '日本語',
  apple,
  gear: { iphone: 'このiPhone', ipad: 'このiPad', mac: 'このMac', other: 'このデバイス' },
  frame: {
    languages: '言語',
    myDevices: '自分のデバイス',
    help: (organization) =>
      `お困りですか?${organization}のヘルプデスクは、デバイスの設定がどこまで進んだかを確認できます。`,
    support: 'ヘルプデスクに電話するときは、このコードを伝えてください:',
    toSignIn: 'サインインへ',
    toStart: '最初のページへ',
  },
  welcome: {
    title: 'デバイスを設定',
    heading: (organization) => `${organization}用にデバイスを設定`,
    lead: 'アカウントとこのデバイスがあれば、数回の操作で完了します。所要時間は約2分です。',
    inSafari: '設定するデバイスのSafariでこのページを開いてください。',
    start: (gear) => `${gear}を登録`,
    trustFirst: 'まず、このサーバを信頼',
    trustFirstWhy: (organization) =>
      `Safariがこのページについて警告した場合、それは${organization}がこのサーバの証明書を自ら作成した(自己署名の)ためです。ルート証明書を一度インストールすれば、デバイスはこのサーバを認識します。`,
    trustIfAsked: 'Safariがこのページについて警告しましたか?',
    trustIfAskedWhy: (organization) =>
      `その場合、デバイスは${organization}の認証局をまだ知りません。証明書が自己署名のときに起こります。ルート証明書を一度インストールしてください。`,
    downloadRoot: 'ルート証明書をダウンロード',
    installRoot: html`<b>「${apple.settings}」›「${apple.profileDownloaded}」</b>を開き、<b>「${apple.install}」</b>をタップします。`,
    switchOn: html`<b>「${apple.settings}」›「${apple.general}」›「${apple.about}」›「${apple.certificateTrust}」</b>を開き、スイッチをオンにします。`,
    compare: (organization) =>
      `オンにする前に、SHA-256フィンガープリントが${organization}から受け取ったものと一致するか確認してください:`,
    thenEnroll: '次に、登録',
    whatHappens: 'これから行うこと',
    steps: (organization) => [
      html`${organization}のアカウントで<b>サインインします</b>。`,
      html`<b>プロファイルをダウンロードして</b>、「${apple.settings}」でインストールします。次のページですべての操作を説明します。`,
      html`<b>デバイスが自らを証明し</b>、外に出ることのない鍵を作ります。操作は不要です。`,
      html`<b>設定が届きます</b>。このデバイスだけが読めるように暗号化されています。`,
    ],
  },
  signIn: {
    title: 'サインイン',
    lead: (organization) =>
      `${organization}のアカウントを使ってください。受け取るプロファイルは、あなたとこのデバイスのために作られます。`,
    name: 'アカウント名',
    password: 'パスワード',
    button: 'サインイン',
    with: (provider) => `${provider}でサインイン`,
    as: (name) =>
      html`${name} としてサインインしています。お渡しするプロファイルは、あなたとこのデバイスのために作られます。`,
    or: 'またはパスワードで',
    privacy: (organization) =>
      `パスワードは${organization}が確認します。プロファイルには含まれません。`,
    problems: {
      sign_in_failed: 'アカウント名とパスワードが一致しません。もう一度お試しください。',
      too_many_attempts: '試行回数が多すぎます。15分待ってから、もう一度お試しください。',
      password_too_long: 'パスワードが長すぎます。',
    },
  },
  begin: {
    title: 'このデバイスを登録',
    lead: (organization) =>
      `${organization}はシリアル番号でこのデバイスを識別します。サインインは不要です。`,
    button: '続ける',
  },
  invitation: {
    title: (organization) => `${organization}からデバイス設定の招待`,
    lead: (name) => html`この招待は${name}さん宛てです。`,
  },
  guide: {
    title: 'プロファイルをダウンロード',
    signedIn: 'サインイン済み',
    ready: 'プロファイルの準備ができました',
    hello: (name) => html`${name}さん、プロファイルの準備ができました`,
    lead: (taps) =>
      plural(taps, {
        other:
          'ダウンロードしてから、図のとおりに進めてください。手順は#つです。パスコードをご用意ください。',
      }),
    leadMac: (taps) =>
      plural(taps, {
        other:
          'ダウンロードしてから、図のとおりに進めてください。手順は#つです。このMacのパスワードをご用意ください。',
      }),
    download: 'プロファイルをダウンロード',
    again: 'もう一度ダウンロード',
    deadline: '制限時間は8分です。',
    deadlineWhy:
      'それまでにインストールされなかったプロファイルは、デバイスから削除されます。その場合はこのページに戻り、もう一度ダウンロードしてください。',
    timeLeft: (time) => html`インストールまでの残り時間: ${time}`,
    timeUp:
      '8分が過ぎました。プロファイルがなくなっている場合は、もう一度ダウンロードしてください。',
    stepsFor: '手順を表示するデバイス',
    whatYouSee: '画面に表示される内容',
    left: (taps) => plural(taps, { other: 'あと#手順' }),
    picture: (label) => `画面の図: ${label}`,
    taps: {
      allow: html`このWebサイトにプロファイルのダウンロードを許可するか、Safariが確認します。<b>「${apple.allow}」</b>をタップします。`,
      close: html`プロファイルは「${apple.settings}」にあります。<b>「${apple.close}」</b>をタップします。`,
      downloaded: html`<b>「${apple.settings}」</b>を開き、上の方にある<b>「${apple.profileDownloaded}」</b>をタップします。`,
      passcode: html`このデバイスのロックを解除する<b>パスコード</b>を入力します。`,
      consent: html`組織からの説明を読み、<b>「${apple.next}」</b>をタップします。`,
      warning: html`<b>「${apple.warning}」</b>という画面に、プロファイルができることが表示されます。隅の<b>「${apple.install}」</b>をタップします。`,
      confirm: html`もう一度<b>「${apple.install}」</b>をタップします。その後、デバイスが数秒間自動で処理します。`,
      trust: html`<b>「${apple.remoteManagement}」</b>について確認されます。<b>「${apple.trust}」</b>をタップします。`,
      done: html`<b>「${apple.profileInstalled}」</b>と表示されます。<b>「${apple.done}」</b>をタップすれば終わりです。`,
      macAllow: html`このWebサイトからのダウンロードを許可するかSafariが確認したら、<b>「${apple.allow}」</b>をクリックします。`,
      macOpen: html`<b>「${apple.systemSettings}」</b>を開き、サイドバーで<b>「${apple.profileDownloaded}」</b>、または<b>「${apple.general}」›「${apple.macDeviceManagement}」</b>をクリックします。`,
      macReview: html`そこにあるプロファイルをダブルクリックします。`,
      macInstall: html`<b>「${apple.macInstall}」</b>、続いて<b>「${apple.install}」</b>をクリックします。`,
      macPassword: html`このMacの<b>パスワード</b>を入力します。その後、Macが数秒間自動で処理します。`,
      macDone: html`プロファイルが一覧に表示されれば終わりです。`,
    },
    install: ({ name, signer, isVerified }) =>
      html`名前は<b><bdi>${name}</bdi></b>、署名者は<b><bdi>${signer}</bdi></b>、<b>「${isVerified ? apple.verified : apple.notVerified}」</b>と表示されます。隅の<b>「${apple.install}」</b>をタップします。`,
  },
  progress: {
    title: 'デバイスの進み具合',
    items: {
      signedIn: 'サインインしました',
      downloaded: 'プロファイルをダウンロード済み',
      recognised: 'デバイスを確認済み',
      certified: '証明書を発行済み',
      delivered: '設定を送信済み',
    },
    marks: { done: '完了', current: '進行中', ahead: 'これから', stopped: '未到達' },
    working: {
      title: 'デバイスが処理中です',
      text: 'デバイスが鍵を作り、設定を自動で取得しています。操作は不要です。',
    },
    finished: (organization) => ({
      title: 'デバイスの設定ができました',
      text: `${organization}の設定を送信しました。デバイスに「${apple.profileInstalled}」と表示されたら、「${apple.done}」をタップしてください。`,
    }),
    looking: 'このページは自動的に更新されます。',
    pause: '一時停止',
    resume: '更新を再開',
    seeError: 'デバイスにエラーが表示された',
    beginAgain: '最初からやり直す',
  },
  problems: {
    again: {
      title: 'このプロファイルはもう使えません',
      text: 'プロファイルは一度だけ、短い間だけ使えます。最初からやり直し、ダウンロード後すぐにインストールしてください。',
    },
    network: {
      title: '接続が妨げられました',
      text: 'デバイスのメッセージが、送られたとおりに届きませんでした。VPNやプロキシを使わずに別のネットワークで、最初からやり直してください。',
    },
    notListed: {
      title: 'このデバイスはリストにありません',
      text: '組織が把握しているデバイスだけを設定できます。このデバイスの追加をヘルプデスクに依頼してください。',
    },
    tooOld: {
      title: 'このデバイスのソフトウェアは古すぎます',
      text: `「${apple.settings}」›「${apple.general}」›「${apple.softwareUpdate}」でアップデートしてから、最初からやり直してください。`,
    },
    disabled: {
      title: 'このアカウントではデバイスを設定できません',
      text: 'アカウントが無効になっています。理由はヘルプデスクにお問い合わせください。',
    },
    timedOut: {
      title: '時間切れです',
      text: 'デバイスからの応答が長い間ありませんでした。いつでも最初からやり直せます。',
    },
    otherDevice: {
      title: '別のデバイスが応答しました',
      text: 'あるデバイス用のプロファイルが別のデバイスで使われました。設定するデバイスでサインインしてください。',
    },
    notGenuine: {
      title: 'デバイスを確認できませんでした',
      text: 'このサーバは正規のデバイスであることを確認できませんでした。ヘルプデスクにお問い合わせください。',
    },
    ours: {
      title: '原因はこちらにあります',
      text: '操作に間違いはありません。コードをヘルプデスクに伝えてください。原因を確認できます。',
    },
    withdrawn: {
      title: 'このデバイスは削除されました',
      text: '設定は終了しました。また必要な場合は、最初からやり直してください。',
    },
    other: {
      title: 'うまくいきませんでした',
      text: '最初からやり直してください。もう一度起きる場合は、コードをヘルプデスクに伝えてください。',
    },
  },
  errors: {
    title: 'デバイスに何が表示されていますか?',
    lead: '最も近いものを選んでください。回答はヘルプデスクに表示され、対処方法をご案内します。',
    thanks: '記録しました。多くの場合、次の方法で解決します:',
    back: '手順に戻る',
    choices: {
      installation_failed: {
        title: 'プロファイルのインストールに失敗しました',
        text: '何も削除しないでください。プロファイルをもう一度ダウンロードし、すぐにインストールしてください。同じ表示が出たら、コードをヘルプデスクに伝えてください。',
      },
      network_error: {
        title: 'ネットワークエラーが起きました',
        text: 'VPNとプロキシをオフにするか、Wi-Fiとモバイルデータ通信を切り替えてから、プロファイルをもう一度ダウンロードしてください。',
      },
      invalid_response: {
        title: 'SCEPサーバから無効な応答がありました',
        text: 'ヘルプデスクの対応が必要です。コードを伝えてください。',
      },
      server_certificate: {
        title: 'サーバの証明書が無効です',
        text: 'デバイスの日付と時刻を確認してください。このサイトがルート証明書のインストールを求めている場合は、先にインストールしてスイッチをオンにしてください。',
      },
      no_download: {
        title: 'ダウンロード後に何も起こらない',
        text: 'App内ではなくSafariでこのページを開き、プロファイルをもう一度ダウンロードしてください。',
      },
      no_profile: {
        title: `「${apple.profileDownloaded}」が見つからない`,
        text: `8分後にデバイスから削除されます。もう一度ダウンロードし、すぐに「${apple.settings}」を開いてください。`,
      },
      other: {
        title: 'その他',
        text: 'スクリーンショットを撮り、コードと一緒にヘルプデスクに渡してください。',
      },
    },
  },
  sees: {
    title: (organization) => `${organization}が見られるもの、見られないもの`,
    learns: (organization) => `設定時に${organization}に伝わる情報`,
    attributes: {
      UDID: 'デバイスの識別子(UDID)',
      SERIAL: 'シリアル番号',
      PRODUCT: '機種',
      VERSION: 'ソフトウェアのバージョン',
      DEVICE_NAME: 'デバイスの名前',
      IMEI: 'IMEI(無線機の番号)',
      MEID: 'MEID(無線機の番号)',
      ICCID: 'SIMカードの番号',
    },
    installs: 'デバイスに設定されるもの',
    effects: {
      mail: 'メールアカウント',
      calendar: 'カレンダーまたは連絡先',
      wifi: 'Wi-Fiネットワークへの接続',
      vpn: 'VPN',
      filter: 'フィルタ、プロキシ、またはネームサーバ',
      root: 'デバイスが信頼するようになる証明書',
      certificate: '証明書',
      identity: '身元を証明するためのデバイス専用の証明書',
      passcode: 'パスコードの規則',
      restrictions: 'デバイスの機能の制限',
      webClip: 'ホーム画面のリンク',
      font: 'フォント',
      mdm: '遠隔での管理',
    },
    otherEffect: (type) => `${type}という種類の設定`,
    can: (organization) => `${organization}ができること`,
    cannot: (organization) => `${organization}ができないこと`,
    abilities: {
      photos: '写真やファイルを見る',
      messages: 'メッセージを読む、または通話を聞く',
      location: '現在地を知る',
      browsing: '開いたページを知る',
      passwords: 'パスワードを見る',
      traffic: 'VPN、プロキシ、またはフィルタを通る通信を見る、または制限する',
      apps: 'インストールされているAppを知る',
      manageApps: '組織のAppをインストールまたは削除する',
      inspect: 'ストレージ、バッテリー、ネットワークの状態を調べる',
      lock: 'デバイスをロックする、またはパスコードを消去する',
      erase: 'デバイスを消去する',
    },
    leave: '登録をやめるには',
    leaving: html`<b>「${apple.settings}」›「${apple.general}」›「${apple.deviceManagement}」</b>を開き、プロファイルをタップしてから<b>「${apple.removeProfile}」</b>をタップします。プロファイルで設定されたものはすべて削除されます。`,
    leavingMac: html`<b>「${apple.systemSettings}」›「${apple.general}」›「${apple.macDeviceManagement}」</b>を開き、プロファイルを選択して「−」ボタンで削除します。プロファイルで設定されたものはすべて削除されます。`,
    locked: (organization) =>
      `このプロファイルはご自身では削除できません。${organization}のヘルプデスクが削除できます。`,
    removalPassword: (organization) =>
      `削除するときにパスコードを求められます。${organization}のヘルプデスクにお問い合わせください。`,
  },
  handOver: {
    browser: (name) => ({
      title: `${name}からSafariに切り替えてください`,
      text: 'プロファイルはSafariからインストールします。アドレスをコピーし、Safariを開いてペーストしてください。',
    }),
    app: {
      title: 'このページをSafariで開いてください',
      text: 'ここはApp内の画面なので、プロファイルをインストールできません。アドレスをコピーし、Safariを開いてペーストしてください。',
    },
    android: {
      title: 'iPhone、iPad、Mac専用のページです',
      text: 'Androidデバイスやほかのシステムはここでは設定できません。Appleデバイスでこのアドレスを開いてください。',
    },
    desktop: {
      title: 'iPhoneまたはiPadで続ける',
      text: 'カメラをこのコードに向け、表示されたリンクをタップしてください。',
    },
    copy: 'アドレスをコピー',
    copied: 'コピーしました',
    address: 'アドレス',
    code: 'アドレスのQRコード',
  },
  me: {
    title: '自分のデバイス',
    lead: 'あなたが設定したデバイスです。',
    none: 'まだデバイスを設定していません。',
    unnamed: 'まだ不明なデバイス',
    since: (date) => `${date}から`,
    states: {
      ready: '設定済み',
      unfinished: '未完了',
      failed: '失敗',
      expired: '時間切れ',
      removed: '削除済み',
    },
    update: '最新の設定を取得',
    updateThis: 'アップデート',
    updateWhy:
      'そのデバイス自体で、プロファイルをもう一度ダウンロードします。前のものは置き換えられます。',
    remove: '削除',
    removeTitle: (device) => `${device}を削除しますか?`,
    removeWhat: (organization) =>
      `このデバイスの証明書はすぐに失効します。${organization}の設定を取得できなくなります。`,
    removeThen: 'その後、デバイス自体でプロファイルを削除してください:',
    confirm: '削除する',
    keep: '削除しない',
    removed: {
      title: 'デバイスを削除しました',
      text: '証明書は失効しました。プロファイルで設定されたものは、デバイスで削除するまで残ります:',
    },
    signOut: 'サインアウト',
  },
  failures: {
    account_not_allowed: {
      title: 'まだご利用になれません',
      text: 'サインインできましたが、ここでデバイスを設定できる方に含まれていません。ヘルプデスクに追加を依頼してください。',
    },
    account_taken: {
      title: 'その名前は使われています',
      text: 'サインインできましたが、ここでは別の方がその名前を使っています。ヘルプデスクにお問い合わせください。',
    },
    account_not_in_flow: {
      title: 'ほかの方のためのページです',
      text: 'サインインできましたが、このアドレスはあなた用ではありません。正しいアドレスをお問い合わせください。',
    },
    flow_unknown: {
      title: 'ここには何もありません',
      text: 'このアドレスでは登録できないか、登録が終了しています。正しいアドレスをお問い合わせください。',
    },
    invitation_needed: {
      title: '招待が必要です',
      text: '招待された方だけが登録できます。招待状のリンクを開いてください。',
    },
    invitation_invalid: {
      title: 'この招待は使えません',
      text: '使用済み、期限切れ、または取り消されています。招待した方に新しい招待を依頼してください。',
    },
    sign_in_method: {
      title: 'パスワードではサインインできません',
      text: 'ここでは別の方法でサインインします。あなた用のアドレスをお問い合わせください。',
    },
    sign_in_interrupted: {
      title: '最初からやり直してください',
      text: 'このサインインは使用済みか、10分以上かかったか、別のブラウザで始められました。',
    },
    sign_in_refused: {
      title: 'サインインしていません',
      text: 'サインインが受け付けられませんでした。もう一度試すか、ヘルプデスクにお問い合わせください。',
    },
    sign_in_unavailable: {
      title: '現在サインインできません',
      text: 'アカウントを確認するサービスが応答しません。1分後にもう一度お試しください。',
    },
    enrollment_state: {
      title: 'この登録は先に進んでいます',
      text: 'ここではもうプロファイルをダウンロードできません。やり直すには、もう一度サインインしてください。',
    },
    enrollment_unknown: {
      title: 'このデバイスはあなたのものではありません',
      text: 'その間に削除された可能性があります。',
    },
    session_missing: {
      title: 'サインインしてください',
      text: 'サインインの有効期限が切れたか、このページが直接開かれました。',
    },
    foreign_origin: {
      title: '別のサイトからの要求です',
      text: 'この要求はこのサーバのページから送られていません。ここでページを開き、もう一度お試しください。',
    },
    not_found: {
      title: 'ここには何もありません',
      text: 'このアドレスはこのサーバにはありません。',
    },
    unavailable: {
      title: '1分後にもう一度お試しください',
      text: 'このサーバは現在対応できません。あなたのせいではありません。',
    },
    server: {
      title: 'あなたのせいではありません',
      text: 'こちらで問題が起きました。1分後にもう一度お試しください。',
    },
    request: {
      title: 'うまくいきませんでした',
      text: '前のページに戻り、もう一度お試しください。',
    },
  },
}
