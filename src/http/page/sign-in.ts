import { type Html, html } from '../html.ts'
import { type CredentialsForm, renderCredentials } from './credentials.ts'
import { renderPortal, type Speech } from './document.ts'
import type { ProviderButton } from './operator.ts'

/** What is said here in place of the usual words. */
interface OwnWords {
  readonly title?: string | undefined
  readonly lead?: string | undefined
  readonly help?: string | undefined
}

interface SignInView extends Speech, Pick<CredentialsForm, 'action' | 'name' | 'problem'> {
  readonly words?: OwnWords | undefined
  /** Whether somebody can sign in with a name and a password. */
  readonly hasPassword?: boolean
  readonly provider?: ProviderButton | undefined
  /** Who has signed in at the proxy in front of us. */
  readonly identity?:
    | { readonly name: string; readonly fullName?: string | null | undefined }
    | undefined
  /** Where they go on. */
  readonly proxyAction?: string
}

/** How an account holder signs in: by the form, with a provider, or as whom a proxy says that they are. */
export const signInPage = (view: SignInView): string => {
  const { organization, texts, words = {}, hasPassword = true, provider, identity } = view
  const { signIn, begin } = texts
  const { title = signIn.title, lead = signIn.lead(organization) } = words
  const isSecond = provider !== undefined || identity !== undefined
  const labels = { nameLabel: signIn.name, passwordLabel: signIn.password, button: signIn.button }
  return renderPortal({
    organization,
    texts,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${title}</h1>
<p class="lead">${identity === undefined ? lead : signIn.as(html`<b><bdi>${identity.fullName ?? identity.name}</bdi></b>`)}</p>
${
  identity !== undefined &&
  html`<form method="post" action="${view.proxyAction}">
<button class="button" type="submit">${begin.button}</button>
</form>`
}${
  provider &&
  html`<p class="act"><a class="button${identity !== undefined && ' second'}" href="${provider.href}">${signIn.with(provider.label)}</a></p>`
}
${isSecond && hasPassword && html`<p class="or"><span>${signIn.or}</span></p>`}
${hasPassword && renderCredentials({ ...view, ...labels, isSecond })}
${hasPassword && html`<p class="quiet">${signIn.privacy(organization)}</p>`}
${renderHelp(words)}</section>`,
  })
}

interface BeginView extends Speech {
  /** Where the form is posted to. */
  readonly action: string
  readonly words?: OwnWords | undefined
}

/** What begins an enrollment where nobody signs in. */
export const beginPage = ({ organization, texts, action, words = {} }: BeginView): string => {
  const { begin } = texts
  const { title = begin.title, lead = begin.lead(organization) } = words
  return renderPortal({
    organization,
    texts,
    title,
    layout: 'card',
    main: html`<section class="panel">
<h1>${title}</h1>
<p class="lead">${lead}</p>
<form method="post" action="${action}"><button class="button" type="submit">${begin.button}</button></form>
${renderHelp(words)}</section>`,
  })
}

const renderHelp = ({ help }: OwnWords): Html | false =>
  help !== undefined && html`<p class="quiet">${help}</p>\n`
