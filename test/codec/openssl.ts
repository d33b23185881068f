import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = 'openssl'
const found = spawnSync(PROGRAM, ['version'])

/** For the options of a test that needs the program. */
export const skipWithoutOpenssl = found.status === 0 ? false : 'openssl is absent'

/** Runs `openssl` in a folder of its own. */
export class Openssl implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'windfall-openssl-'))

  write(name: string, bytes: Uint8Array | string): void {
    writeFileSync(join(this.#folder, name), bytes)
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#folder, name))
  }

  /**
   * The standard output of a command line without quotes, e.g. `x509 -in a.der -noout -subject`.
   * @throws Error with what the program said if it fails
   */
  run(commandLine: string): string {
    const { status, stdout, stderr } = spawnSync(PROGRAM, commandLine.split(' '), {
      cwd: this.#folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`openssl ${commandLine}: ${stderr}`)
    return stdout
  }

  /** Whether the command succeeds. */
  succeeds(commandLine: string): boolean {
    return spawnSync(PROGRAM, commandLine.split(' '), { cwd: this.#folder }).status === 0
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
