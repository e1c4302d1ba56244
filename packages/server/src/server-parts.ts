import type { Checkpointer, Clock, NewId, Workspace } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

import type { GraphDesk } from './desks/graph-desk.ts'
import type { MailDesk } from './desks/mail-desk.ts'
import type { McpDesk } from './desks/mcp-desk.ts'
import type { MemoryDesk } from './desks/memory-desk.ts'
import type { OriginDesk } from './desks/origin-desk.ts'

/** What a server is made of. */
export interface ServerParts {
  /** Where the threads are. The server does not close it. */
  readonly checkpointer: Checkpointer
  /** Starts runs, and tells what they stream. Without it threads are shown and signalled, and nothing runs here. */
  readonly runtime?: Pick<Runtime, 'run' | 'events'>
  /** The files of the workspace, for what they were at a checkpoint; not shown when left out. */
  readonly workspace?: Workspace
  /** What is remembered; not shown when left out, as with each of these. */
  readonly memory?: MemoryDesk
  readonly mcp?: McpDesk
  readonly mail?: MailDesk
  /** Definitions of graphs: without them only the ways that were taken are known. */
  readonly graphs?: GraphDesk
  /** Says of arguments what the defence that holds here makes of them. */
  readonly origins?: OriginDesk
  /** What requests must know: 16 characters at least. Whoever has it may do everything here. */
  readonly token: string
  /** The `Host` headers that are answered, such as `127.0.0.1:4000`: a name that an attacker points here is none of them. */
  readonly hosts: readonly string[]
  /** A folder of pages, absolute: served as they are to anybody who reaches the port, so nothing secret belongs there. */
  readonly pages?: string
  /** Requests a second that one client may keep up; 100 when left out. */
  readonly rate?: number
  readonly clock?: Clock
  readonly newId?: NewId
}
