/**
 * What an invitation says. Holes: `{organization}`, `{name}` (who is invited), `{date}` (the day until which it is good)
 * and `{link}`.
 */
export interface InvitationTexts {
  /** Of the mail, the landing page and the poster. */
  readonly title: string
  readonly subject: string
  readonly greeting: string
  readonly intro: string
  readonly button: string
  /** What to do where the button does nothing. */
  readonly copy: string
  readonly onDevice: string
  readonly until: string
  /** For whoever did not expect it. */
  readonly unexpected: string
  /** The whole text message. */
  readonly sms: string
  /** On the landing page. */
  readonly invited: string
  readonly start: string
  readonly notYou: string
  /** On the poster. */
  readonly steps: readonly [string, string, string, string]
  readonly onlyFor: string
}
