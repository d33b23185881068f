import assert from 'node:assert/strict'
import { defaultTemplate } from '../src/service/profile/index.ts'
import { createDevice } from '../src/sim/index.ts'
import {
  makeDevice,
  offeredChallenge,
  postPhase2,
  refusalOf,
  scepPayloadOf,
  type TestDevice,
} from './device.ts'
import type { TestServer } from './harness.ts'
import { callApi, readJson } from './operator.ts'
import { request } from './request.ts'

/** What a flow of the API shows of itself. */
export interface FlowAnswer {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly [member: string]: unknown
}

/** Makes a flow; what is not said is as usual. */
export const makeFlow = async (
  server: TestServer,
  name: string,
  choices: object = {},
): Promise<FlowAnswer> => {
  const body = JSON.stringify({ name, ...choices })
  return readJson<FlowAnswer>(await callApi(server, '/flows', { method: 'POST', body }))
}

export const changeFlow = async (
  server: TestServer,
  name: string,
  choices: object,
): Promise<FlowAnswer> => {
  const options = { method: 'PATCH', headers: { 'if-match': '*' }, body: JSON.stringify(choices) }
  return readJson<FlowAnswer>(await callApi(server, `/flows/${name}`, options))
}

/** Puts devices on the list of a flow, each for somebody or, with null, for anybody. */
export const listDevices = async (
  server: TestServer,
  name: string,
  ...devices: readonly (readonly [device: TestDevice | string, owner: string | null])[]
): Promise<void> => {
  const listed = devices.map(([device, owner]) => ({
    device: typeof device === 'string' ? device : String(device.attributes['UDID']),
    owner,
  }))
  const body = JSON.stringify({ devices: listed })
  const answer = await callApi(server, `/flows/${name}/devices`, { method: 'POST', body })
  assert.equal(answer.status, 200, answer.body.toString())
}

/** The template of a new installation, under a name of its own. */
export const templateNamed = (name: string): string =>
  Buffer.from(defaultTemplate())
    .toString('utf8')
    .replaceAll('organization.identifier}}.configuration', `organization.identifier}}.${name}`)

/** Phases 1 and 2 by a flow: the SCEP payload, or the refusal. */
export const identifyBy = async (
  server: TestServer,
  flow: string,
  {
    device = makeDevice(server),
    account,
  }: {
    readonly device?: TestDevice
    readonly account?: { readonly name: string; readonly password: string }
  } = {},
): Promise<string | ReturnType<typeof scepPayloadOf>> => {
  const challenge = await offeredChallenge(server, account, `/e/${flow}`)
  const answer = await postPhase2(server, device, { challenge })
  return answer.status === 200 ? scepPayloadOf(answer.body) : refusalOf(answer)
}

/** One simulated iPhone by a flow, through all phases. */
export const enrollBy = async (server: TestServer, flow: string) =>
  await server.enroll({
    url: `${server.url}/e/${flow}`,
    device: await createDevice(server.authority),
  })

/** Status of the page of a flow, as a browser asks for it. */
export const pageOfFlow = async (server: TestServer, flow: string, language = 'en') =>
  await request(server, `/e/${flow}`, {
    headers: { accept: 'text/html', 'accept-language': language },
  })
