/** What is wrong in a file, and where. */
export interface ManifestFault {
  readonly file: string
  /** From 1 on. */
  readonly line: number
  /** `spec.methods.0`; empty: the object as a whole. */
  readonly path: string
  readonly message: string
}

export const formatFault = ({ file, line, path, message }: ManifestFault): string =>
  `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`
