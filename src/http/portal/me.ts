import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { type DeviceId, type EnrollmentId, isEnded, parseId } from '../../model/index.ts'
import type { SignIn } from '../../service/account/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { Access, HolderSessions } from '../../service/operator/index.ts'
import { PROFILE_TYPE } from '../device/index.ts'
import { formOf, showAgain } from '../form.ts'
import { holderOf } from '../guard.ts'
import { myDevicesPage, type OwnDevice, removalPage, signInPage } from '../page/index.ts'
import { answerInTheirLanguage } from '../portal-failure.ts'
import { cookieOf, HOLDER_COOKIE, originOf, PORTAL_COOKIE, sessionCookie } from '../request.ts'
import { refuseForeignOrigin, requireSameOrigin } from '../same-origin.ts'
import { sendPage, textsOf } from '../speech.ts'
import type { DeviceState } from '../text/index.ts'

export interface MeOptions {
  readonly organization: string
  readonly publicUrl: string
  /** How long a sign-in to enroll lasts. */
  readonly minutes: number
  readonly signIn: SignIn
  readonly enrollment: EnrollmentService
  readonly access: Access
  readonly holders: HolderSessions
}

type DeviceRequest = FastifyRequest<{ Params: { device: string } }>

const SIGN_IN = '/me/sign-in'
const MOST_ENROLLMENTS = 200

/** `/me`: what account holders see of their devices, and do with them. */
export const meRoutes =
  (options: MeOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    const { organization, publicUrl, enrollment } = options
    answerInTheirLanguage(server, organization, ({ frame }) => ({
      href: SIGN_IN,
      label: frame.toSignIn,
    }))
    server.get(SIGN_IN, async (request, reply) =>
      sendPage(reply, signInPage({ organization, texts: textsOf(request), action: SIGN_IN })),
    )
    server.post(SIGN_IN, async (request, reply) => await signInByForm(options, request, reply))
    server.get('/me', async (request, reply) => {
      const devices = await listDevices(options, request)
      return await sendPage(
        reply,
        myDevicesPage({ organization, texts: textsOf(request), devices }),
      )
    })
    server.post('/me/update', async (request, reply) => await beginAgain(options, request, reply))
    server.post('/me/sign-out', async (request, reply) => {
      requireSameOrigin(request, publicUrl)
      for (const name of [HOLDER_COOKIE, PORTAL_COOKIE]) {
        const secret = cookieOf(request, name)
        if (secret !== undefined) await options.holders.end(secret)
        reply.header('set-cookie', sessionCookie(name, '', 0))
      }
      return await reply.redirect('/', 303)
    })
    const byGet = { exposeHeadRoute: false }
    server.get('/me/devices/:device/profile', byGet, async (request: DeviceRequest, reply) => {
      const { enrollmentId } = await requireDevice(options, request)
      const profile = await enrollment.update(enrollmentId, originOf(request))
      return await reply
        .type(PROFILE_TYPE)
        .header('content-disposition', 'attachment; filename="update.mobileconfig"')
        .send(profile)
    })
    server.get('/me/devices/:device/remove', async (request: DeviceRequest, reply) => {
      const device = await requireDevice(options, request)
      const isDone = device.state === 'removed'
      const action = isDone ? undefined : `/me/devices/${device.id}/remove`
      const outlook = await enrollment.outlook()
      const texts = textsOf(request)
      return await sendPage(reply, removalPage({ organization, texts, device, outlook, action }))
    })
    server.post('/me/devices/:device/remove', async (request: DeviceRequest, reply) => {
      requireSameOrigin(request, publicUrl)
      const { id } = await requireDevice(options, request)
      await enrollment.removeDevice(holderOf(request), id, originOf(request))
      return await reply.redirect(`/me/devices/${id}/remove`, 303)
    })
  }

const signInByForm = async (
  { organization, publicUrl, signIn, holders }: MeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  refuseForeignOrigin(request, publicUrl)
  const texts = textsOf(request)
  const form = formOf(request)
  const name = form.get('name') ?? ''
  try {
    const credentials = { name, password: form.get('password') ?? '' }
    const { id } = await signIn.password(credentials, originOf(request))
    const { secret, seconds } = await holders.begin(id)
    return await reply
      .header('set-cookie', sessionCookie(HOLDER_COOKIE, secret, seconds))
      .redirect('/me', 303)
  } catch (error) {
    return await showAgain(
      reply,
      error,
      (problem) => signInPage({ organization, texts, action: SIGN_IN, name, problem }),
      texts,
    )
  }
}

/** The profile once more, for a device that has it or a new one: it replaces what came before. */
const beginAgain = async (
  { publicUrl, enrollment, access, minutes, ...options }: MeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  requireSameOrigin(request, publicUrl)
  const account = await options.holders.account(holderOf(request))
  const id = await enrollment.begin(account, originOf(request))
  const session = await access.createPortalSession(id, minutes)
  return await reply
    .header('set-cookie', sessionCookie(PORTAL_COOKIE, session.secret, session.seconds))
    .redirect('/enroll/ready', 303)
}

interface EnrolledDevice extends OwnDevice {
  readonly enrollmentId: EnrollmentId
}

/** The devices of whoever signed in, each by its newest enrollment; what never came to a device is left away. */
const listDevices = async (
  { enrollment }: MeOptions,
  request: FastifyRequest,
): Promise<readonly EnrolledDevice[]> => {
  const found = await enrollment.find({ accountId: holderOf(request), limit: MOST_ENROLLMENTS })
  const devices = new Map<DeviceId, EnrolledDevice>()
  for (const { id: enrollmentId, device, state, updatedAt } of found) {
    if (device === null) continue
    const known = devices.get(device.id)
    // One that works says more than a later attempt that did not.
    if (known !== undefined && (known.state === 'ready' || !isReady(state))) continue
    devices.set(device.id, {
      id: device.id,
      family: /^[A-Za-z]+/.exec(device.product ?? '')?.[0],
      serialNumber: device.serialNumber ?? undefined,
      state: stateOf(state),
      since: updatedAt,
      enrollmentId,
    })
  }
  return [...devices.values()]
}

type State = Parameters<typeof isEnded>[0]

const isReady = (state: State): boolean => state === 'configured' || state === 'managed'

const stateOf = (state: State): DeviceState => {
  if (isReady(state)) return 'ready'
  if (state === 'withdrawn') return 'removed'
  if (state === 'expired') return 'expired'
  return isEnded(state) ? 'failed' : 'unfinished'
}

const requireDevice = async (
  options: MeOptions,
  request: DeviceRequest,
): Promise<EnrolledDevice> => {
  const id = parseId('device', request.params.device)
  const device = (await listDevices(options, request)).find((own) => own.id === id)
  if (device !== undefined) return device
  throw new ServiceError('not_found', 'enrollment_unknown', 'this device is not among yours')
}
