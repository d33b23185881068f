/** Characters. RFC 5280 appendix A.1, ub-common-name: names become common names. */
const MAX_NAME = 64

/** Text that databases, log lines and profiles can carry. */
export const isText = (text: string): boolean =>
  text.isWellFormed() && !/[\p{Cc}\uFFFE\uFFFF]/u.test(text)

/** Whether it is no longer than any name. A character has at most two units, which are sooner counted. */
export const isShort = (name: string): boolean =>
  name.length <= 2 * MAX_NAME && [...name].length <= MAX_NAME

/** Whether somebody can be called that. A colon would end the name in HTTP Basic (RFC 7617 §2). */
export const isName = (name: string): boolean =>
  name !== '' && isShort(name) && !name.includes(':') && isText(name)
