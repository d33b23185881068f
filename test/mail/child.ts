import { appendFileSync } from 'node:fs'
import { startMailServer } from './server.ts'

// A mail server that is killed: what it has taken stands in the file before it answers.

const [, , port = '0', file = '', tls = '{}'] = process.argv
const server = await startMailServer({
  port: Number(port),
  tls: JSON.parse(tls),
  losesAnswer: ({ to, headers }) => {
    appendFileSync(file, `${JSON.stringify({ to: to[0], id: headers.get('message-id') })}\n`)
    return false
  },
})
process.send?.(server.port)
