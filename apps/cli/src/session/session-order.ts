import type { CommandLine } from '../command-line.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Store } from '../store.ts'
import type { ConversationPlace } from './conversation.ts'

/** What a session is opened for. */
export interface SessionOrder {
  readonly line: CommandLine
  readonly store: Store
  readonly flags: FlagTexts
  /** What `--cwd` said. */
  readonly cwd: string | undefined
  readonly place: ConversationPlace
  /** The thread was there before. */
  readonly resumed: boolean
}
