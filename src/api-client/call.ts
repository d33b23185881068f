import { z } from 'zod'

/** A request to the API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  /** JSON, once it is sent. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallOptions {
  /** Milliseconds until the answer is there. */
  readonly patience?: number
}

/**
 * Takes a call to a server, whatever the way. @returns the JSON of a good answer; rejects with what a refusal is to
 * whoever asks
 */
export type Send = (call: Call, options?: CallOptions) => Promise<unknown>

/** The answer is not one that the API gives. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

/** The answer as it came, if it is one of that kind: also with members that nobody here knows. */
export const expect = <Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
): z.output<Schema> => {
  if (isOf(schema, answer)) return answer
  throw new UnexpectedAnswer('the answer is not one of this API')
}

const isOf = <Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
): answer is z.output<Schema> => schema.safeParse(answer).success

/** One of the texts that are known here; a newer server may say others. */
export const oneOf = <Text extends string>(): z.ZodType<Text> =>
  z.custom<Text>((value) => typeof value === 'string')

/** A path with its query, without what is undefined. */
export const withQuery = (
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`
}
