import { Command } from 'commander'
import { readVersion } from '../config/index.ts'
import { accountCommand } from './account.ts'
import { applyCommand } from './apply.ts'
import { auditCommand } from './audit.ts'
import { backupCommand, restoreCommand } from './backup.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { directoryCommand } from './directory.ts'
import { doctorCommand } from './doctor.ts'
import { enrollmentCommand } from './enrollment.ts'
import { flowCommand } from './flow.ts'
import { addExamples } from './help.ts'
import { invitationCommand } from './invitation.ts'
import { migrateCommand } from './migrate.ts'
import { operatorCommand } from './operator.ts'
import { profileCommand } from './profile.ts'
import { pullCommand } from './pull.ts'
import { scepCommand } from './scep.ts'
import { serveCommand } from './serve.ts'
import { simCommand } from './sim.ts'
import type { Terminal } from './terminal.ts'
import { tokenCommand } from './token.ts'
import { updateCommand } from './update.ts'
import { webhookCommand } from './webhook.ts'

/** Every command there is. It throws instead of ending the process, and prints to the given terminal. */
export const createProgram = (terminal: Terminal): Command => {
  const program = new Command('windfall')
    .description('Brings Apple devices under management over the air.')
    .version(readVersion(), '-V, --version', 'print the version')
    .addCommand(demoCommand(terminal))
    .addCommand(serveCommand(terminal))
    .addCommand(accountCommand(terminal))
    .addCommand(directoryCommand(terminal))
    .addCommand(invitationCommand(terminal))
    .addCommand(enrollmentCommand(terminal))
    .addCommand(flowCommand(terminal))
    .addCommand(applyCommand(terminal))
    .addCommand(pullCommand(terminal))
    .addCommand(updateCommand(terminal))
    .addCommand(operatorCommand(terminal))
    .addCommand(tokenCommand(terminal))
    .addCommand(webhookCommand(terminal))
    .addCommand(auditCommand(terminal))
    .addCommand(backupCommand(terminal))
    .addCommand(restoreCommand(terminal))
    .addCommand(migrateCommand(terminal))
    .addCommand(simCommand(terminal))
    .addCommand(profileCommand(terminal))
    .addCommand(scepCommand(terminal))
    .addCommand(doctorCommand(terminal))
    .addCommand(configCommand(terminal))
  addExamples(program, [
    ['windfall demo', 'see an iPhone enroll, without an iPhone'],
    ['windfall serve', 'start the server'],
    ['windfall account add anna --password-stdin < file', 'let anna enroll devices'],
    ['windfall enrollment list', 'see who enrolled what'],
  ])
  direct(program, terminal)
  return program
}

/** Where messages of commander go, for a command and all below it. */
const direct = (command: Command, terminal: Terminal): void => {
  const { stdout, stderr } = terminal
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    outputError: (text, write) => write(toMessage(text, command)),
  })
  for (const each of command.commands) direct(each, terminal)
}

/** `error: unknown option '--x'` and its suggestion on one line, as all our messages. */
const toMessage = (text: string, command: Command): string => {
  const names: string[] = []
  for (let each: Command | null = command; each !== null; each = each.parent) {
    names.unshift(each.name())
  }
  const [first = '', ...more] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
  return `windfall: ${[first, ...more].join(' ')}\n  hint: See: ${names.join(' ')} --help\n`
}
