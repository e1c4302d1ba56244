import type { ConnectionParts } from '../connection/connection-parts.ts'
import type { HubEvent } from '../hub-event.ts'
import type { HubParts, ListedTools } from '../hub-parts.ts'

/** What a keeper is made of. */
export interface KeeperParts
  extends
    Omit<ConnectionParts, 'definition' | 'current' | 'authorise' | 'log' | 'tell'>,
    Pick<HubParts, 'authorise' | 'approved' | 'review'> {
  /** What the other servers listed. */
  readonly others: (server: string) => ListedTools['others']
  readonly tell: (event: HubEvent) => void
}
