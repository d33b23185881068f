import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Certificate, decodeCertificate } from '../../src/protocol/x509/index.ts'

const fixtures = new URL('../fixtures/', import.meta.url)
const shared = new URL('../../../shared/', import.meta.url)

/** For the options of a test that needs more than the fixtures. */
export const skipWithoutShared = existsSync(shared) ? false : 'shared vectors are absent'

/** A file below `test/fixtures`. */
export const readFixture = (path: string): Uint8Array => readFileSync(new URL(path, fixtures))

/** A file of the shared material. */
export const readShared = (path: string): Uint8Array => readFileSync(new URL(path, shared))

/** The names of the files of a folder below `test/fixtures`. */
export const listFixtures = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, fixtures)).toSorted()

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \1-----/g

/** The contents of the PEM blocks in a file. */
export const decodePem = (file: Uint8Array): Uint8Array[] =>
  [...Buffer.from(file).toString('latin1').matchAll(PEM)].map(([, , base64 = '']) =>
    Buffer.from(base64, 'base64'),
  )

/** The DER in a fixture, whether it is stored as it is or as PEM. */
export const readDer = (path: string): Uint8Array => {
  const file = readFixture(path)
  return decodePem(file)[0] ?? file
}

export const readCertificate = (path: string): Certificate => decodeCertificate(readDer(path))

/** The files of a tar archive compressed with gzip, by their names. */
export const readArchive = (path: string): Map<string, Uint8Array> => {
  const archive = gunzipSync(readShared(path))
  const files = new Map<string, Uint8Array>()
  // ustar: a header of 512 bytes, name at 0, size in octal digits at 124, type at 156; blocks of 512.
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    const isFile = archive[at + 156] === 0x30
    const name = archive.toString('latin1', at, at + 100).replace(/\0.*/s, '')
    if (isFile) files.set(name, archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
