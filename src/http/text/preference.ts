import { type Language, parseLanguage } from '../../model/index.ts'

/** What browsers send; a longer list is read no further. */
const MOST_RANGES = 32

/**
 * The language of ours that `Accept-Language` prefers (RFC 9110 §12.5.4); undefined where it names none of them.
 * A range for a region stands for its language: who asks for Swiss German is answered in German.
 */
export const preferredLanguage = (header: string): Language | undefined => {
  let best: { readonly language: Language; readonly weight: number } | undefined
  for (const part of header.split(',', MOST_RANGES)) {
    const [range = '', ...parameters] = part.split(';')
    const language = parseLanguage(range)
    const weight = weightOf(parameters)
    // Of equal weights the first counts.
    if (language !== undefined && weight > (best?.weight ?? 0)) best = { language, weight }
  }
  return best?.language
}

/** RFC 9110 §12.4.2; what is no weight counts as none. */
const weightOf = (parameters: readonly string[]): number => {
  const given = parameters.map((parameter) => parameter.trim()).find((text) => /^q=/i.test(text))
  if (given === undefined) return 1
  const value = given.slice(2)
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0
}
