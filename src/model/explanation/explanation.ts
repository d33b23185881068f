/** Who can do something about it. */
export const EXPLANATION_OWNERS = ['account_holder', 'help_desk', 'administrator'] as const
export type ExplanationOwner = (typeof EXPLANATION_OWNERS)[number]

/** What to do about it, for programs; `advice` says the same to people. */
export const NEXT_ACTIONS = [
  'start_again',
  'wait',
  'look_at_device',
  'open_in_safari',
  'use_apple_device',
  'try_other_network',
  'update_device',
  'sign_in_again',
  'change_account',
  'change_device_list',
  'change_settings',
  'change_template',
  'check_server',
  'report',
] as const
export type NextAction = (typeof NEXT_ACTIONS)[number]

/** What a reason code means, and what to do about it, for the person at the help desk. */
export interface Explanation {
  readonly meaning: string
  readonly advice: string
  readonly nextAction: NextAction
  readonly owner: ExplanationOwner
}

/** The explanations of reason codes, or of families of them. */
export type Explanations = Readonly<Record<string, Explanation>>

/** Who has to do what. */
type Duty = readonly [owner: ExplanationOwner, nextAction: NextAction]

export const explanation = (
  [owner, nextAction]: Duty,
  meaning: string,
  advice: string,
): Explanation => ({ meaning, advice, nextAction, owner })

export const HOLDER_STARTS_AGAIN: Duty = ['account_holder', 'start_again']

export const START_AGAIN =
  'Ask the account holder to open the enrollment page, sign in and download the profile again.'
export const ANOTHER_NETWORK =
  'Something between the device and this server may be changing the messages. Try another network, without a proxy or VPN.'
export const SECURITY =
  'If the account holder does not recognise this, tell the people who look after security.'
export const REPORT =
  'If it happens again, report the reason code with the id of this enrollment: this server may have to learn what the device says.'
