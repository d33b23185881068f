import type { InvitationTexts } from './texts.ts'

export const ja: InvitationTexts = {
  title: 'デバイスの設定',
  subject: '{organization}：デバイスの設定のご案内',
  greeting: '{name} 様',
  intro: '{organization} から、iPhone、iPad または Mac の設定のご案内です。所要時間は約2分です。',
  button: 'このデバイスを設定する',
  copy: 'ボタンが反応しない場合は、次のアドレスを Safari で開いてください。',
  onDevice: '設定するデバイスでリンクを開いてください。',
  until: 'このリンクはご本人専用で、{date}まで有効です。',
  unexpected:
    'お心当たりがない場合は、リンクを開く前に {organization} のヘルプデスクにお問い合わせください。',
  sms: '{organization} からデバイス設定のご案内です。{date}までに設定するデバイスで開いてください：{link}',
  invited: '{organization} は {name} 様に、この iPhone、iPad または Mac の設定をご案内しています。',
  start: '始める',
  notYou: 'ご本人でない場合は、このページを閉じてください。この招待はほかの方には使えません。',
  steps: [
    'iPhone または iPad のカメラを開き、コードに向けます。',
    '表示された通知をタップします。ページが Safari で開きます。',
    '「始める」をタップし、求められたらサインインします。',
    'ページの案内に従ってください。すべての手順が表示されます。',
  ],
  onlyFor: '{name} 様専用、{date}まで',
}
