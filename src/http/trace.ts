/** `version-traceid-parentid-flags`; a later version may have more behind it. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_PARENT = '0'.repeat(16)

/**
 * The trace that a request belongs to, from its header `traceparent` (W3C Trace Context §3.2); undefined where there is
 * none, or one that does not follow the standard: such a header counts for nothing.
 */
export const traceIdOf = (
  traceparent: string | readonly string[] | undefined,
): string | undefined => {
  if (typeof traceparent !== 'string') return undefined
  const [, version, traceId, parentId, rest] = TRACEPARENT.exec(traceparent) ?? []
  const isInvalid =
    version === 'ff' ||
    (version === '00' && rest !== undefined) ||
    traceId === NO_TRACE ||
    parentId === NO_PARENT
  return isInvalid ? undefined : traceId
}
