import { ProtocolError, ServiceError } from '../../errors.ts'
import { type AccountId, DEFAULT_FLOW, FLOW_NAME, type FlowSpec } from '../../model/index.ts'
import { type Executor, findAccountByName } from '../../store/index.ts'
import { parseTemplate } from '../profile/index.ts'

/**
 * Whether devices could enroll by a flow. Returns in whose name they do where nobody signs in.
 * @throws ServiceError invalid `flow_name`, `flow_methods`, `flow_account`, `flow_template`
 */
export const requireSound = async (
  db: Executor,
  name: string,
  spec: FlowSpec,
): Promise<AccountId | null> => {
  if (!FLOW_NAME.test(name) || name === DEFAULT_FLOW) {
    const detail = `a name has up to 64 of a-z, 0-9 and hyphens between them, and is not "${DEFAULT_FLOW}"`
    throw refused('flow_name', detail)
  }
  if (spec.requires !== 'device' && spec.methods.length === 0) {
    throw refused('flow_methods', 'where a person is needed, there must be a way to sign in')
  }
  if (spec.methods.length > new Set(spec.methods).size) {
    throw refused('flow_methods', 'a way to sign in is named twice')
  }
  if (spec.template !== null) requireTemplate(spec.template)
  return await findHolder(db, spec)
}

const findHolder = async (
  db: Executor,
  { requires, account }: FlowSpec,
): Promise<AccountId | null> => {
  if (requires === 'device' && account === null) {
    throw refused('flow_account', 'where nobody signs in, an account must be named')
  }
  if (requires !== 'device' && account !== null) {
    throw refused('flow_account', 'an account is named only where nobody signs in')
  }
  if (account === null) return null
  const found = await findAccountByName(db, account)
  if (found === undefined) throw refused('flow_account', 'there is no account of this name')
  return found.id
}

const requireTemplate = (text: string): void => {
  try {
    parseTemplate(text)
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause
    throw new ServiceError('invalid', 'flow_template', cause.message, { cause })
  }
}

const refused = (code: string, detail: string): ServiceError =>
  new ServiceError('invalid', code, detail)
