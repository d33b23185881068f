import type { InvitationTexts } from './texts.ts'

export const ar: InvitationTexts = {
  title: 'إعداد جهازك',
  subject: '{organization}: إعداد جهازك',
  greeting: 'مرحبًا {name}،',
  intro:
    'تدعوك {organization} إلى إعداد iPhone أو iPad أو Mac الخاص بك. يستغرق ذلك دقيقتين تقريبًا.',
  button: 'إعداد هذا الجهاز',
  copy: 'إذا لم يعمل الزر، فافتح هذا العنوان في Safari:',
  onDevice: 'افتح الرابط على الجهاز الذي تريد إعداده.',
  until: 'هذا الرابط لك وحدك، وهو صالح حتى {date}.',
  unexpected: 'إذا لم تكن تتوقع هذه الرسالة، فاسأل مكتب المساعدة في {organization} قبل فتح الرابط.',
  sms: 'تدعوك {organization} إلى إعداد جهازك. افتح هذا الرابط عليه قبل {date}: {link}',
  invited: 'تدعو {organization} ‏{name} إلى إعداد جهاز iPhone أو iPad أو Mac هذا.',
  start: 'ابدأ',
  notYou: 'لست أنت المقصود؟ غادر هذه الصفحة: لا تصلح الدعوة لأي شخص آخر.',
  steps: [
    'افتح كاميرا iPhone أو iPad ووجّهها نحو الرمز.',
    'اضغط على الإشعار الذي يظهر. تُفتح الصفحة في Safari.',
    'اضغط على «ابدأ»، ثم سجّل الدخول إذا طُلب منك ذلك.',
    'اتبع الصفحة: فهي تعرض كل خطوة.',
  ],
  onlyFor: 'لـ {name} فقط، حتى {date}',
}
