import { Command } from 'commander'
import {
  type ConfigFlags,
  describeJsonSchema,
  explainConfig,
  loadConfig,
  type Setting,
  suggestKey,
} from '../config/index.ts'
import { CommandError, ExitCode } from './exit.ts'
import { addExamples } from './help.ts'
import { addOutputOption, formatTable, type OutputFormat, printAnswer } from './output.ts'
import { printLine, type Terminal, toOneLine } from './terminal.ts'

interface OutputFlags extends ConfigFlags {
  readonly output: OutputFormat
}

/** `windfall config …`: what the settings are, what they mean and where they come from. */
export const configCommand = (terminal: Terminal): Command =>
  addExamples(
    new Command('config')
      .description('say what the settings are and where they come from; needs no server')
      .addCommand(explainCommand(terminal))
      .addCommand(showCommand(terminal))
      .addCommand(schemaCommand(terminal)),
    [
      ['windfall config explain scep.httpListen', 'one key: meaning, value, where it comes from'],
      ['windfall config show', 'every key and its value'],
      ['windfall config schema > windfall.schema.json', 'for an editor'],
    ],
  )

const addSources = (command: Command): Command =>
  addOutputOption(
    command
      .option('--data <dir>', 'as for windfall serve')
      .option('--listen <host:port>', 'as for windfall serve')
      .option('--public-url <url>', 'as for windfall serve')
      .option('--config <file>', 'as for windfall serve'),
  )

const explainCommand = (terminal: Terminal): Command =>
  addSources(
    new Command('explain')
      .description('explain one key')
      .argument('<key>', 'as in the file (scep.httpListen) or the name of its variable')
      .action((key: string, flags: OutputFlags) => explain(key, flags, terminal)),
  )

const explain = (name: string, { output, ...flags }: OutputFlags, terminal: Terminal): void => {
  const setting = explainConfig({ flags, env: terminal.env }).find(
    ({ key, variable }) => key === name || variable === name,
  )
  if (setting === undefined) {
    const near = suggestKey(name)
    throw new CommandError(ExitCode.notFound, `${name} is no key of the configuration`, {
      hint: near === undefined ? 'See: windfall config show' : `Did you mean ${near}?`,
    })
  }
  printAnswer(terminal, { format: output, answer: setting }, () => formatSetting(setting))
}

const formatSetting = (setting: Setting): string => {
  const { key, variable, meaning, advice, form, fault } = setting
  const facts = [
    ['variable', variable],
    ['form', form],
    ['default', setting.default],
    ['value', setting.value ?? setting.default],
    ['from', setting.from ?? 'the default'],
    ...(fault === null ? [] : [['fault', fault] as const]),
  ] as const
  const lines = facts.map(([name, value]) => `  ${name.padEnd(9)} ${toOneLine(value)}`)
  return [key, `  ${meaning}`, `  ${advice}`, '', ...lines].join('\n')
}

const showCommand = (terminal: Terminal): Command =>
  addSources(
    new Command('show')
      .description('list every key with its value; secrets are redacted')
      .action((flags: OutputFlags) => show(flags, terminal)),
  )

const show = ({ output, ...flags }: OutputFlags, terminal: Terminal): void => {
  const sources = { flags, env: terminal.env }
  // A configuration that cannot be used is an error here too.
  loadConfig(sources)
  const data = explainConfig(sources)
  printAnswer(terminal, { format: output, answer: { data } }, () =>
    formatTable(
      ['KEY', 'VALUE', 'FROM'],
      data.map((each) => [each.key, each.value ?? each.default, each.from ?? 'default']),
    ),
  )
}

const schemaCommand = (terminal: Terminal): Command =>
  new Command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => printLine(terminal, JSON.stringify(describeJsonSchema(), undefined, 2)))
