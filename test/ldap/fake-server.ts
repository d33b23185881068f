import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { der } from '../../src/protocol/asn1/index.ts'

/** A server that says what it is told to say, whatever it is asked. */
export interface FakeLdap extends AsyncDisposable {
  readonly port: number
  /** All that clients have sent. */
  readonly heard: () => Buffer
}

export const startFakeLdap = async (
  answer: (heard: Buffer, socket: Socket, time: number) => void,
): Promise<FakeLdap> => {
  const all: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    let time = 0
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    socket.on('data', (bytes) => {
      all.push(bytes)
      answer(bytes, socket, time++)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    heard: () => Buffer.concat(all),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

const text = (value: string): Uint8Array => der.octetString(Buffer.from(value))

/** A message with a result: `operation` 1 of a bind, 5 of a search, 24 of an extended request. */
export const resultMessage = (
  id: number,
  operation: 1 | 5 | 24,
  code: number,
  referral?: string,
): Uint8Array =>
  der.sequence(
    der.smallInteger(id),
    der.tlv(
      0x60 | operation,
      ...[der.tlv(0x0a, Uint8Array.of(code)), text(''), text('')],
      ...(referral === undefined ? [] : [der.tagged(3, text(referral))]),
    ),
  )

export const entryMessage = (
  id: number,
  dn: string,
  attributes: Readonly<Record<string, string>>,
): Uint8Array =>
  der.sequence(
    der.smallInteger(id),
    der.tlv(
      0x64,
      text(dn),
      der.sequence(
        ...Object.entries(attributes).map(([name, value]) =>
          der.sequence(text(name), der.setOf([text(value)])),
        ),
      ),
    ),
  )

/** RFC 4511 §4.5.3. */
export const referenceMessage = (id: number, url: string): Uint8Array =>
  der.sequence(der.smallInteger(id), der.tlv(0x73, text(url)))
