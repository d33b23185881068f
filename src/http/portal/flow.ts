import type { FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import type { SignInMethod } from '../../model/index.ts'
import { type FlowBook, type FlowChoices, invitationNeeded } from '../../service/flow/index.ts'
import { rawQueryOf } from '../request.ts'

/** By which flow somebody wants to enroll, and where its forms are posted to. */
export interface Visit {
  readonly choices: FlowChoices
  readonly action: string
}

/** The addresses where a flow begins: that of the configuration, and those of the others. */
export const FLOW_PATHS = ['/enroll', '/e/:flow'] as const

/** @throws ServiceError not_found `flow_unknown`; forbidden `invitation_needed` */
export const visitOf = async (flows: FlowBook, request: FastifyRequest): Promise<Visit> => {
  const { params } = request
  const name =
    typeof params === 'object' && params !== null && 'flow' in params
      ? String(params.flow)
      : undefined
  const choices = name === undefined ? flows.default : await flows.open(name)
  if (choices.invitation === 'needed') throw invitationNeeded()
  return { choices, action: name === undefined ? '/enroll' : `/e/${choices.name}` }
}

/** The member of a context that names a flow. */
const FLOW_PARAMETER = 'flow'

/** What leads somebody who signs in elsewhere back to the flow: the query of the address, with its name. */
export const contextOf = ({ id, name }: FlowChoices, request: FastifyRequest): string => {
  const query = rawQueryOf(request)
  const context = new URLSearchParams(query)
  if (id === null && !context.has(FLOW_PARAMETER)) return query
  context.delete(FLOW_PARAMETER)
  if (id !== null) context.set(FLOW_PARAMETER, name)
  return context.toString()
}

/** The flow that a context names, else the one that the configuration describes. @throws as `visitOf` */
export const flowOfContext = async (flows: FlowBook, context: string): Promise<FlowChoices> => {
  const name = new URLSearchParams(context).get(FLOW_PARAMETER)
  return name === null ? flows.default : await flows.open(name)
}

/** Whether people can sign in in that way, by a flow, where these are on. */
export const isOffered = (
  { methods }: FlowChoices,
  on: readonly SignInMethod[],
  method: SignInMethod,
): boolean => methods.includes(method) && on.includes(method)

/** @throws ServiceError forbidden `sign_in_method` */
export const requireMethod = ({ methods }: FlowChoices, method: SignInMethod): void => {
  if (!methods.includes(method)) throw isNoWay(method)
}

export const isNoWay = (method: SignInMethod): ServiceError =>
  new ServiceError('forbidden', 'sign_in_method', `nobody signs in by ${method} here`)

/** What a flow says of itself in the language that the reader wants most, of those that it has. */
export const wordsOf = (
  { texts }: FlowChoices,
  { headers }: FastifyRequest,
): FlowChoices['texts'][string] | undefined => {
  const languages = Object.keys(texts)
  const wanted = rankLanguages(headers['accept-language'] ?? '')
  for (const range of wanted) {
    const found = languages.find((language) => isWithin(language, range))
    if (found !== undefined) return texts[found]
  }
  return texts['en'] ?? texts[languages[0] ?? '']
}

/** RFC 9110 §12.5.4: the ranges that somebody wants, best first. */
const rankLanguages = (header: string): readonly string[] =>
  header
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1'
      return { range, weight: Number(weight) || 0 }
    })
    .filter(({ range, weight }) => range !== '' && weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ range }) => range)

/** RFC 4647 §3.4, with languages alone: `de-AT` finds `de`, and `de` finds `de-AT`. */
const isWithin = (language: string, range: string): boolean => {
  const [mine = '', theirs = ''] = [language.toLowerCase(), range]
  return range === '*' || mine === theirs || mine.split('-', 1)[0] === theirs.split('-', 1)[0]
}
