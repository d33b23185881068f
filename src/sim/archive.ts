import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HttpAnswer, HttpRequest } from './transport.ts'

const EXTENSIONS = new Map([
  ['application/x-apple-aspen-config', 'mobileconfig'],
  ['application/x-pki-message', 'p7m'],
  ['application/x-x509-ca-cert', 'cer'],
  ['application/x-x509-ca-ra-cert', 'p7b'],
  ['application/json', 'json'],
  ['application/problem+json', 'json'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
])

/**
 * A directory that keeps what went over the wire, numbered, and what the device holds in the end. It
 * contains challenges and private keys: files have mode 0600.
 */
export class Archive {
  readonly #directory: string
  #exchanges = 0

  private constructor(directory: string) {
    this.#directory = directory
  }

  static async open(directory: string): Promise<Archive> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return new Archive(directory)
  }

  /** Writes the request's body, and returns what writes the answer under the same number. */
  async begin(name: string, { body }: HttpRequest): Promise<(answer: HttpAnswer) => Promise<void>> {
    const number = String(++this.#exchanges).padStart(2, '0')
    if (body !== undefined) await this.write(`${number}-${name}.request.p7m`, body)
    return async (answer) => {
      const extension = EXTENSIONS.get(answer.mediaType) ?? 'bin'
      await this.write(`${number}-${name}.response.${extension}`, answer.body)
    }
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    await writeFile(join(this.#directory, name), content, { mode: 0o600 })
  }
}
