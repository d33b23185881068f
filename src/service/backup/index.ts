export { type Backup, type BackupService, createBackupService } from './create.ts'
export { type Restored, restoreBackup } from './restore.ts'
