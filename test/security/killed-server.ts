import pino from 'pino'
import { startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'

// A server that its parent kills: it takes its configuration from the environment and says where it listens.
const config = loadConfig({ env: process.env })
const app = await startApp({ config, logger: pino({ level: 'silent' }) })
process.stdout.write(`${app.publicUrl}\n`)
