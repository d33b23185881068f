import type { AccountService } from '../../service/account/index.ts'
import type { AuditService } from '../../service/audit/index.ts'
import type { BackupService } from '../../service/backup/index.ts'
import type { Diagnose } from '../../service/diagnosis/index.ts'
import type { DirectoryService } from '../../service/directory/index.ts'
import type { EnrollmentService } from '../../service/enrollment/index.ts'
import type { StepTail } from '../../service/event/index.ts'
import type { FlowService } from '../../service/flow/index.ts'
import type { FunnelService } from '../../service/funnel/index.ts'
import type { Once } from '../../service/idempotency/index.ts'
import type { InvitationService } from '../../service/invitation/index.ts'
import type { RequestLimit } from '../../service/limit/index.ts'
import type {
  Access,
  ApiTokenService,
  OidcSignIn,
  OperatorService,
  SessionService,
  SetUpService,
  Standing,
} from '../../service/operator/index.ts'
import type { UpdateService } from '../../service/update/index.ts'
import type { WebhookService } from '../../service/webhook/index.ts'

/** What the API is in front of. */
export interface ApiOptions {
  readonly organization: string
  readonly publicUrl: string
  readonly enrollment: EnrollmentService
  readonly flows: FlowService
  readonly funnel: FunnelService
  readonly tail: StepTail
  readonly standing: Standing
  readonly accounts: AccountService
  readonly invitations: InvitationService
  readonly audit: AuditService
  readonly directories: DirectoryService
  readonly access: Access
  readonly oidc: OidcSignIn | undefined
  readonly operators: OperatorService
  readonly sessions: SessionService
  readonly tokens: ApiTokenService
  readonly setUp: SetUpService
  readonly backups: BackupService
  readonly diagnose: Diagnose
  readonly requestLimit: RequestLimit
  readonly updates: UpdateService
  readonly once: Once
  readonly webhooks: WebhookService
}
