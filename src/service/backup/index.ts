export { type BackupService, createBackupService } from './create.ts'
export { requireNewInstallation } from './lost.ts'
export { type Restored, restoreBackup } from './restore.ts'
