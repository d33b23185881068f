import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OperatorService, SessionService, SetUpService } from '../../service/operator/index.ts'
import { SIGN_IN } from '../access.ts'
import { answerWithPages } from '../failure-page.ts'
import { formOf, showAgain } from '../form.ts'
import { callerOf } from '../guard.ts'
import { operatorSignInPage, setUpPage } from '../page/index.ts'
import { cookieOf, OPERATOR_COOKIE, originOf, sessionCookie } from '../request.ts'
import { requireSameOrigin } from '../same-origin.ts'
import { enter } from './enter.ts'
import { buttonOf, type OidcRouteOptions, oidcRoutes } from './oidc.ts'

export interface ConsoleOptions extends OidcRouteOptions {
  readonly organization: string
  readonly operators: OperatorService
  readonly sessions: SessionService
  readonly setUp: SetUpService
}

type SetUpRequest = FastifyRequest<{ Params: { link: string } }>

/** How operators sign in and out, and how the first of them comes to be. */
export const consoleRoutes =
  (options: ConsoleOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    const { organization, sessions, setUp } = options
    const provider = buttonOf(options)
    answerWithPages(server, organization, { href: SIGN_IN, label: 'Go to sign-in' })
    server.get(SIGN_IN, async (_request, reply) =>
      reply.type('text/html').send(operatorSignInPage({ organization, provider, action: SIGN_IN })),
    )
    oidcRoutes(server, options)
    server.post(SIGN_IN, async (request, reply) => await signIn(options, request, reply))
    server.post('/console/sign-out', async (request, reply) => {
      await sessions.endThis(callerOf(request))
      return await leave(reply)
    })
    server.post('/console/sign-out-everywhere', async (request, reply) => {
      await sessions.endOwn(callerOf(request))
      return await leave(reply)
    })
    server.get('/console/set-up/:link', async (request: SetUpRequest, reply) => {
      await setUp.requireLink(request.params.link)
      return await reply
        .type('text/html')
        .send(setUpPage({ organization, action: pathOf(request) }))
    })
    server.post(
      '/console/set-up/:link',
      async (request: SetUpRequest, reply) => await completeSetUp(options, request, reply),
    )
  }

const signIn = async (
  options: ConsoleOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { organization, publicUrl, operators } = options
  requireSameOrigin(request, publicUrl)
  const { name, password } = credentialsOf(request)
  const replaced = cookieOf(request, OPERATOR_COOKIE)
  try {
    const context = { origin: originOf(request), replaced }
    return await enter(reply, await operators.signIn({ name, password }, context))
  } catch (error) {
    return await showAgain(reply, error, (problem) =>
      operatorSignInPage({
        organization,
        provider: buttonOf(options),
        action: SIGN_IN,
        name,
        problem,
      }),
    )
  }
}

const completeSetUp = async (
  { organization, publicUrl, setUp }: ConsoleOptions,
  request: SetUpRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  requireSameOrigin(request, publicUrl)
  const owner = credentialsOf(request)
  try {
    return await enter(reply, await setUp.complete(request.params.link, owner, originOf(request)))
  } catch (error) {
    return await showAgain(reply, error, (problem) =>
      setUpPage({ organization, action: pathOf(request), name: owner.name, problem }),
    )
  }
}

const credentialsOf = (request: FastifyRequest) => {
  const form = formOf(request)
  return { name: form.get('name') ?? '', password: form.get('password') ?? '' }
}

// The page is where its form goes to.
const pathOf = ({ params }: SetUpRequest): string =>
  `/console/set-up/${encodeURIComponent(params.link)}`

const leave = async (reply: FastifyReply): Promise<FastifyReply> =>
  await reply.header('set-cookie', sessionCookie(OPERATOR_COOKIE, '', 0)).redirect(SIGN_IN, 303)
