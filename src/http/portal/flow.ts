import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { SignInMethod } from '../../model/index.ts'
import { type FlowBook, type FlowChoices, invitationNeeded } from '../../service/flow/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import { rawQueryOf } from '../request.ts'
import { type Invited, invitedBy } from './invited.ts'

/** By which flow somebody wants to enroll, and what goes on with them. */
export interface Visit {
  readonly choices: FlowChoices
  /** Where they came by an invitation to this flow. */
  readonly invited: Invited | undefined
  /** A query for every address on their way: the flow, the language. */
  readonly context: string
}

/** The addresses where a flow begins: that of the configuration, and those of the others. */
export const FLOW_PATHS = ['/enroll', '/e/:flow'] as const

export interface VisitOptions {
  readonly flowBook: FlowBook
  readonly invitations: InvitationService
}

/** @throws ServiceError not_found `flow_unknown`; forbidden `invitation_needed` */
export const visitOf = async (options: VisitOptions, request: FastifyRequest): Promise<Visit> => {
  const { params } = request
  const context = new URLSearchParams(rawQueryOf(request))
  if (typeof params === 'object' && params !== null && 'flow' in params) {
    context.set('flow', String(params.flow))
  }
  return await openVisit(options, context.toString(), request)
}

/** The visit of whoever comes back with the context of one. @throws ServiceError as `visitOf` */
export const openVisit = async (
  { flowBook, invitations }: VisitOptions,
  context: string,
  request: FastifyRequest,
): Promise<Visit> => {
  const name = new URLSearchParams(context).get('flow')
  const choices = name === null ? flowBook.default : await flowBook.open(name)
  const invited = await invitedBy(invitations, request)
  if (invited?.flow === choices.name) return { choices, context, invited }
  if (choices.invitation === 'needed') throw invitationNeeded()
  return { choices, context, invited: undefined }
}

/** @throws ServiceError forbidden `sign_in_method` */
export const requireMethod = ({ methods }: FlowChoices, method: SignInMethod): void => {
  if (!methods.includes(method)) throw isNoWay(method)
}

export const isNoWay = (method: SignInMethod): ServiceError =>
  new ServiceError('forbidden', 'sign_in_method', `nobody signs in by ${method} here`)

/** What a flow says of itself in a language, or in English, or in any that it has. */
export const wordsOf = (
  { texts }: FlowChoices,
  language: string,
): FlowChoices['texts'][string] | undefined => {
  const languages = Object.keys(texts)
  const near = languages.find((each) => each.split('-', 1)[0] === language)
  return texts[language] ?? texts[near ?? 'en'] ?? texts[languages[0] ?? '']
}
