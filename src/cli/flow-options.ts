import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { FlowChange } from '../api-client/index.ts'
import {
  FLOW_REQUIREMENTS,
  type FlowRequirement,
  SIGN_IN_METHODS,
  type SignInMethod,
} from '../model/index.ts'
import { toInputError } from './failure.ts'

/** What a flow chooses, as flags. */
export interface FlowFlags {
  readonly enable?: true
  readonly disable?: true
  readonly requires?: FlowRequirement
  readonly method?: readonly SignInMethod[]
  readonly directory?: readonly string[]
  readonly account?: string
  readonly group?: readonly string[]
  readonly attribute?: Readonly<Record<string, string>>
  readonly everybody?: true
  readonly invitation?: 'open' | 'needed'
  readonly minimum?: Readonly<Record<string, string>>
  readonly certificateDays?: number | null
  readonly legacy?: boolean
  readonly template?: string | false
  readonly reason?: string
}

export const addFlowOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--requires <what>', 'who or what must be known').choices(FLOW_REQUIREMENTS),
    )
    .addOption(
      new Option('--method <how>', 'how people sign in; repeatable')
        .choices(SIGN_IN_METHODS)
        .argParser((text, before: readonly string[] = []) => [...before, parseMethod(text)]),
    )
    .option('--directory <name>', 'ask only this directory for passwords; repeatable', collect)
    .option('--account <name>', 'in whose name devices enroll where nobody signs in')
    .option('--group <name>', 'only members of one of these groups; repeatable', collect)
    .option('--attribute <key=value>', 'only who has all of these; repeatable', collectPair)
    .option('--everybody', 'all account holders, whatever was said before')
    .addOption(
      new Option('--invitation <which>', 'whether one is needed').choices(['open', 'needed']),
    )
    .option(
      '--minimum <system=version>',
      'the oldest system, such as ios=17.4; repeatable',
      collectPair,
    )
    .addOption(
      new Option(
        '--certificate-days <n>',
        "how long certificates are valid; server: as the server's",
      ).argParser(parseDays),
    )
    .option('--legacy', 'accept RSA-1024 keys and profiles encrypted with 3DES')
    .option('--no-legacy', 'accept neither')
    .option('--template <file>', 'the final profile, a property list in XML')
    .option('--no-template', "the server's final profile")
    .addOption(new Option('--enable', 'let devices begin by it').conflicts('disable'))
    .option('--disable', 'let none begin by it')
    .option('--reason <text>', 'why, for the audit')

const parseMethod = (text: string): SignInMethod => {
  const method = SIGN_IN_METHODS.find((each) => each === text)
  if (method !== undefined) return method
  throw new InvalidArgumentError(`Allowed choices are ${SIGN_IN_METHODS.join(', ')}.`)
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
]

const collectPair = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const cut = text.indexOf('=')
  if (cut < 1) throw new InvalidArgumentError('KEY=VALUE was expected.')
  return { ...before, [text.slice(0, cut)]: text.slice(cut + 1) }
}

const parseDays = (text: string): number | null => {
  if (text === 'server') return null
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number of days, or server, was expected.')
}

/** What the flags say, and nothing of what they do not. */
export const readFlowFlags = async (flags: FlowFlags): Promise<FlowChange> => {
  const { enable, disable, requires, method, directory, account, invitation, minimum } = flags
  const { group, attribute, everybody, certificateDays, legacy, template, reason } = flags
  const isSelective = group !== undefined || attribute !== undefined || everybody === true
  return {
    ...(enable === true || disable === true ? { enabled: enable === true } : {}),
    ...(requires === undefined ? {} : { requires }),
    ...(requires !== undefined && requires !== 'device' ? { account: null } : {}),
    ...(method === undefined ? {} : { methods: method }),
    ...(directory === undefined ? {} : { directories: directory }),
    ...(account === undefined ? {} : { account }),
    ...(isSelective ? { accounts: { groups: group ?? [], attributes: attribute ?? {} } } : {}),
    ...(invitation === undefined ? {} : { invitation }),
    ...(minimum === undefined ? {} : { minimumVersions: minimum }),
    ...(certificateDays === undefined ? {} : { certificateDays }),
    ...(legacy === undefined ? {} : { allowLegacy: legacy }),
    ...(template === undefined
      ? {}
      : { template: template === false ? null : await readTemplate(template) }),
    ...(reason === undefined ? {} : { reason }),
  }
}

const readTemplate = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw toInputError(error)
  }
}
