import type { EnrollmentView } from '../enrollment-view.ts'
import { type Html, type HtmlContent, html } from '../html.ts'
import { formatFingerprint, formatMoment } from './format.ts'
import { ALERT } from './icon.ts'

type Fact = readonly [name: string, value: HtmlContent]

/** What is known about the device, its certificate and the enrollment, beside the timeline. */
export const renderFacts = (view: EnrollmentView): Html =>
  html`<aside aria-label="Facts">
${card('Device', deviceFacts(view), 'The device has not introduced itself yet.')}
${card('Certificate', certificateFacts(view), 'No certificate has been issued yet.')}
${card('Enrollment', enrollmentFacts(view), '')}
${
  view.weakAlgorithms.length > 0 &&
  html`<section class="panel weak"><h2>${ALERT}Old algorithms</h2><p>This device used ${Object.entries(view.weakAlgorithmUses).map(renderUse)}. They are accepted because its software offers nothing better; an update of the device usually helps.</p></section>`
}
</aside>`

const renderUse = ([use, count]: readonly [string, number], index: number): Html =>
  html`${index > 0 && ', '}${use}${count > 1 && ` (${count} times)`}`

const card = (title: string, facts: readonly Fact[], absent: string): Html =>
  html`<section class="panel facts"><h2>${title}</h2>${
    facts.length === 0
      ? html`<p class="quiet">${absent}</p>`
      : html`<dl>${facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
  }</section>`

const code = (text: string | null): Html | null =>
  text === null ? null : html`<code>${text}</code>`

const moment = (time: string): Html => html`<time datetime="${time}">${formatMoment(time)}</time>`

const deviceFacts = ({ device }: EnrollmentView): readonly Fact[] =>
  device === null
    ? []
    : [
        ['Product', device.product],
        ['Serial number', code(device.serialNumber)],
        ['UDID', code(device.udid)],
        ['System build', code(device.build)],
        ['IMEI', code(device.imei)],
        ['MEID', code(device.meid)],
        ['ICCID', code(device.iccid)],
        ['Device id', code(device.id)],
      ]

const certificateFacts = ({ certificate }: EnrollmentView): readonly Fact[] =>
  certificate === null
    ? []
    : [
        ['Subject', certificate.subject],
        ['Valid from', moment(certificate.notBefore)],
        ['Valid until', moment(certificate.notAfter)],
        ['Serial number', code(certificate.serialNumber)],
        ['SHA-256', code(formatFingerprint(certificate.sha256))],
        ['Certificate id', code(certificate.id)],
      ]

const enrollmentFacts = (view: EnrollmentView): readonly Fact[] => [
  ['Account', view.account.name],
  ['Started', moment(view.createdAt)],
  ['Last change', moment(view.updatedAt)],
  ['Expires', moment(view.expiresAt)],
  ['From address', code(view.remoteAddress)],
  ['Enrollment id', code(view.id)],
  ['Account id', code(view.account.id)],
]
