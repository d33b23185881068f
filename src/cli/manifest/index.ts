export { formatFault, type ManifestFault } from './fault.ts'
export { KINDS, type Kind, type ManifestObject, type Outcome } from './kind.ts'
export { API_VERSION, readManifest } from './read.ts'
