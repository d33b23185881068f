import { z } from 'zod'
import { PERHAPS_TIME, TEXT, TIME } from '../field.ts'
import { presentConnection, rfc3339 } from '../present.ts'
import { short } from './input.ts'
import { created, NOTHING, ok, operation } from './operation.ts'

const FINDING = z
  .strictObject({
    name: TEXT.meta({ description: 'What was looked at.' }),
    state: z.enum(['ok', 'warning', 'failed']),
    seen: TEXT,
    fix: TEXT.nullable().meta({ description: 'What to do; null where there is nothing to do.' }),
  })
  .meta({ id: 'Finding' })

export const CONNECTION = z
  .strictObject({
    name: TEXT.meta({
      description:
        'What lies elsewhere: `database`, `acme`, `oidc`, `mail`, `sms`, `directory NAME`.',
    }),
    state: z.enum(['untried', 'up', 'down']),
    since: PERHAPS_TIME.meta({ description: 'When that state began; null: it is not known.' }),
    lastSuccess: PERHAPS_TIME,
    lastError: z.strictObject({ at: TIME, code: TEXT }).nullable(),
  })
  .meta({ id: 'Connection', description: 'How it goes with something that may be away.' })

const DIAGNOSIS = z
  .strictObject({
    publicUrl: z.url(),
    listen: z.strictObject({ host: TEXT, port: z.int(), isPlain: z.boolean() }),
    findings: z.array(FINDING).readonly(),
    connections: z.array(CONNECTION).readonly(),
  })
  .meta({ id: 'Diagnosis', description: 'What the server knows of itself.' })

const BACKUP = z
  .strictObject({
    file: TEXT,
    takenAt: TIME,
    tables: z.array(z.strictObject({ table: TEXT, rows: z.int() })).readonly(),
  })
  .meta({ id: 'Backup', description: 'A backup that was written.' })

const NEW_BACKUP = z
  .strictObject({ file: short(4096), passphrase: short(1024) })
  .meta({ id: 'NewBackup' })

/** The server itself. */
export const serverOperations = [
  operation(
    {
      id: 'getDiagnosis',
      method: 'GET',
      path: '/diagnosis',
      summary: 'Look at database, keys and certificates',
      asks: NOTHING,
      answers: ok(DIAGNOSIS),
    },
    async ({ diagnose }) => {
      const { connections, ...diagnosis } = await diagnose()
      return { ...diagnosis, connections: connections.map(presentConnection) }
    },
  ),
] as const

/** On the owner's socket only: a file of this machine is named, and its passphrase is for nobody on the way. */
export const ownerOperations = [
  operation(
    {
      id: 'createBackup',
      method: 'POST',
      path: '/backups',
      summary: 'Write everything into one encrypted file',
      description: 'On the socket in the data directory only.',
      asks: z.object({ body: NEW_BACKUP }),
      answers: created(BACKUP),
      problems: {
        400: ['backup_path', 'backup_unwritable', 'passphrase_short', 'database_corrupt'],
        409: ['backup_exists', 'backup_running'],
      },
    },
    async ({ backups }, { body }) => {
      const { file, takenAt, tables } = await backups.create(body)
      return { file, takenAt: rfc3339(takenAt), tables }
    },
  ),
] as const
