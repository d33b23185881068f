import { refuse } from './sim-error.ts'
import type { HttpAnswer } from './transport.ts'

/** The body of a 200 answer of one of the media types; any type where none is given. */
export const expectAnswer = (
  { status, mediaType, body }: HttpAnswer,
  ...mediaTypes: readonly string[]
): Uint8Array => {
  if (status !== 200) {
    const text = mediaType === 'text/plain' ? shorten(body) : ''
    const reason = text === '' ? '' : `: ${text}`
    throw refuse('response_status', `the server answered ${status}${reason}`, { status })
  }
  if (mediaTypes.length > 0 && !mediaTypes.includes(mediaType)) {
    const message = `the answer is ${mediaType || 'of no type'}, not ${mediaTypes.join(' or ')}`
    throw refuse('response_type', message, { mediaType })
  }
  return body
}

// For a terminal: one line, no control characters.
const shorten = (body: Uint8Array): string =>
  Buffer.from(body.subarray(0, 300))
    .toString()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
