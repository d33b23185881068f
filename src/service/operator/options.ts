import type { MasterKey } from '../../keys/index.ts'
import type { Clock } from '../../model/index.ts'
import type { Db } from '../../store/index.ts'

export interface OperatorOptions {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly clock: Clock
}
