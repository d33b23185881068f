import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnrollmentSummary, EnrollmentView } from '../src/http/enrollment-view.ts'
import type { TestServer } from './harness.ts'
import { type Answer, type Reachable, type RequestOptions, request } from './request.ts'

/** The header with the token that the first start leaves in the data directory. */
export const bearer = ({ data }: Pick<TestServer, 'data'>) => ({
  authorization: `Bearer ${readFileSync(join(data, 'api-token'), 'utf8').trim()}`,
})

/** A server as who reads its data directory knows it. */
type ApiServer = Reachable & Pick<TestServer, 'data'>

/** One request to the API with that token. */
export const callApi = async (
  server: ApiServer,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> => {
  const headers = { ...bearer(server), ...options.headers }
  return await request(server, `/api/v1${path}`, { ...options, headers })
}

/** The JSON of a good answer. Its type is what the caller expects; the assertions on it judge. */
export const readJson = <T>({ status, headers, body }: Answer): T => {
  assert.ok(status < 300, `${status}: ${body}`)
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  const json: T = JSON.parse(body.toString())
  return json
}

/** The newest enrollments, as the API lists them. */
export const listEnrollments = async (server: ApiServer): Promise<readonly EnrollmentSummary[]> =>
  readJson<{ data: EnrollmentSummary[] }>(await callApi(server, '/enrollments')).data

/** One enrollment with its steps, by default the newest. */
export const getEnrollment = async (server: ApiServer, id?: string): Promise<EnrollmentView> => {
  const wanted = id ?? (await listEnrollments(server))[0]?.id
  return readJson<EnrollmentView>(await callApi(server, `/enrollments/${wanted}`))
}
