import { describeApi } from '../../src/http/api/openapi.ts'
import { OPERATIONS } from '../../src/http/api/routes.ts'
import type { Document } from './client-text.ts'

/** The document of the API that the code has now. */
export const makeDocument = (): Document => {
  const document: Document = JSON.parse(JSON.stringify(describeApi(OPERATIONS)))
  return document
}
