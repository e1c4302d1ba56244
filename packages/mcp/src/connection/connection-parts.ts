import type { FetchMiddleware } from '@keepup/core'

import type { HubEvent } from '../hub-event.ts'
import type { HubParts } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { ServerLog } from '../stdio/server-log.ts'

/** What a connection tells of what its server does by itself. */
export type ServerNews = Extract<
  HubEvent,
  { readonly type: 'tools-changed' | 'prompts-changed' | 'resources-changed' | 'resource-updated' | 'logged' }
>

/** What a connection is made of: the parts of the hub, complete, and the one server. */
export interface ConnectionParts
  extends
    Required<Pick<HubParts, 'clock' | 'newId' | 'environment' | 'folder' | 'random'>>,
    Pick<HubParts, 'client' | 'elicit' | 'sample' | 'roots' | 'refuseResource' | 'store'> {
  readonly definition: ServerDefinition
  /** The definition as it is now: time-outs may change while a connection lasts. */
  readonly current: () => ServerDefinition
  readonly authorise: FetchMiddleware | undefined
  readonly log: ServerLog
  readonly tell: (news: ServerNews) => void
}
