type ConfigFaultCode =
  | 'conflict'
  | 'invalid_file'
  | 'invalid_value'
  | 'unknown_key'
  | 'unreadable_file'

/** `key` is the path of the key (`scep.httpListen`), or, for an unknown one, its name as it was given. */
export interface ConfigFault {
  readonly key: string
  readonly code: ConfigFaultCode
  /** Says where the value came from and what was expected there; never the value. */
  readonly message: string
}

/** The configuration cannot be used; `faults` holds all that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(
      ['The configuration cannot be used:', ...faults.map((it) => `  ${it.message}`)].join('\n'),
    )
    this.faults = faults
  }
}
