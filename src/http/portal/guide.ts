import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { type Clock, type EnrollmentId, platformOf } from '../../model/index.ts'
import type { EnrollmentDossier, EnrollmentService } from '../../service/enrollment/index.ts'
import type { FlowBook } from '../../service/flow/index.ts'
import { formOf } from '../form.ts'
import { scopeOf } from '../guard.ts'
import { journeyOf, NEWS_PATH, progressPage, readyPage, seenErrorPage } from '../page/index.ts'
import { originOf } from '../request.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { sendPage, textsOf } from '../speech.ts'
import { DEVICE_ERRORS, type DeviceError } from '../text/index.ts'
import { viewerOf } from './viewer.ts'

export interface GuideOptions {
  readonly organization: string
  readonly publicUrl: string
  readonly clock: Clock
  readonly enrollment: EnrollmentService
  readonly flowBook: FlowBook
  /** Whether the person installs the root certificate of this server first. */
  readonly privateRoot: boolean
}

const READY = '/enroll/ready'
const ERROR = '/enroll/error'

/** The pages between the sign-in and the end: every tap, how far the device has come, and what it shows instead. */
export const guideRoutes = (server: FastifyInstance, options: GuideOptions): void => {
  server.get(READY, async (request, reply) => await showWay(options, request, reply))
  server.get(NEWS_PATH, async (request, reply) => {
    const { version } = await look(options, request)
    return await reply.send({ version })
  })
  server.get(ERROR, async (request, reply) => {
    const { organization } = options
    const texts = textsOf(request)
    const journey = await look(options, request)
    const seen = errorOf(request.query)
    const page = seenErrorPage({ organization, texts, action: ERROR, journey, seen })
    return await sendPage(reply, page)
  })
  server.post(ERROR, async (request, reply) => {
    refuseForeignOrigin(request, options.publicUrl)
    const seen = errorOf({ seen: formOf(request).get('seen') })
    if (seen === undefined) {
      throw new ServiceError('invalid', 'device_error_unknown', 'no device shows such an error')
    }
    await options.enrollment.reportError(enrollmentOf(request), seen, originOf(request))
    return await reply.redirect(`${ERROR}?seen=${seen}`, 303)
  })
}

/** The enrollment of the account holder who signed in. */
export const enrollmentOf = (request: FastifyRequest): EnrollmentId => {
  const scope = scopeOf(request)
  if (scope === '*') throw new Error('a sign-in to enroll is for one enrollment')
  return scope
}

const look = async ({ enrollment, clock }: GuideOptions, request: FastifyRequest) =>
  journeyOf(await enrollment.get(enrollmentOf(request)), clock.now())

const showWay = async (
  options: GuideOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { organization, publicUrl, clock, enrollment, flowBook, privateRoot } = options
  const dossier = await enrollment.get(enrollmentOf(request))
  const journey = journeyOf(dossier, clock.now())
  const { flowId } = dossier.enrollment
  const outlook = await enrollment.outlook(flowId)
  const { requires } = await flowBook.of(flowId)
  const viewer = viewerOf(request)
  const isLive = !isHeld(request.query)
  const shared = { organization, texts: textsOf(request), journey, outlook, isLive }
  const page =
    journey.stage === 'guide'
      ? readyPage({
          ...shared,
          accountName:
            requires === 'device' ? undefined : (dossier.account.fullName ?? dossier.account.name),
          profilePath: '/enroll/profile',
          address: `${publicUrl}/enroll`,
          viewer,
          isVerified: !outlook.isOwnSigner || privateRoot,
        })
      : progressPage({ ...shared, isMac: isMac(dossier) })
  return await sendPage(reply, page)
}

const isMac = ({ device }: EnrollmentDossier): boolean =>
  device?.product != null && platformOf(device.product) === 'macos'

const isHeld = (query: unknown): boolean =>
  typeof query === 'object' && query !== null && 'live' in query && query.live === 'off'

const errorOf = (query: unknown): DeviceError | undefined => {
  const seen = typeof query === 'object' && query !== null && 'seen' in query ? query.seen : ''
  return DEVICE_ERRORS.find((error) => error === seen)
}
