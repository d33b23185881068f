import type { Api } from '../../api-client/index.ts'
import { directoryKind } from './directory.ts'
import type { ManifestDocument } from './document.ts'
import type { ManifestFault } from './fault.ts'
import { flowKind } from './flow.ts'
import type { ReferenceContext } from './reference.ts'

/** What became of an object, or would become of it. */
export interface Outcome {
  readonly outcome: 'created' | 'changed' | 'same'
  /** The members that differ from before. */
  readonly changed: readonly string[]
}

/** An object of a file, ready to be sent. */
export interface ManifestObject {
  readonly kind: string
  readonly name: string
  readonly file: string
  readonly line: number
  /** Brings it about on the server, all or nothing; with `trial`, only says what that would do. */
  apply(
    api: Api,
    doing: { readonly trial: boolean; readonly reason?: string | undefined },
  ): Promise<Outcome>
}

export type ReadObject =
  | { readonly ok: true; readonly object: ManifestObject }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** An object of the server, as a file says it. */
export interface PulledObject {
  readonly name: string
  readonly spec: Readonly<Record<string, unknown>>
  /** What stands in files of its own, by the members of `spec` that refer to them. */
  readonly attachments: readonly Attachment[]
}

interface Attachment {
  readonly member: string
  /** Of the file beside that of the object. */
  readonly extension: string
  readonly text: string
}

/** A kind of object that files can describe. */
export interface Kind {
  /** As `kind` says it. */
  readonly name: string
  /** As `--prune` says it, and as the folder is called. */
  readonly plural: string
  /** What stands below `metadata` and `spec`, read and checked. */
  read(
    header: { readonly name: string; readonly spec: unknown },
    document: ManifestDocument,
    context: ReferenceContext,
  ): Promise<ReadObject>
  /** The names of all on the server. */
  list(api: Api): Promise<readonly string[]>
  remove(api: Api, name: string, reason: string | undefined): Promise<void>
  pull(api: Api): Promise<readonly PulledObject[]>
}

/** All kinds, in the order in which their objects are applied: what others refer to comes first. */
export const KINDS: readonly Kind[] = [directoryKind, flowKind]
