import type { CommandLine } from '../command-line.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Store } from '../store.ts'
import type { Conversation } from './conversation.ts'
import type { Paint } from './markdown/paint.ts'
import type { Picker } from './pickers/picker.ts'
import type { PickerKind } from './session-state.ts'
import type { Block } from './view/block.ts'
import type { SessionView } from './view/session-view.ts'

/** A session, as its commands see it: drawn at a terminal, or in plain lines. */
export interface SessionHandle {
  readonly line: CommandLine
  readonly store: Store
  readonly flags: FlagTexts
  readonly conversation: Conversation
  readonly paint: Paint
  readonly width: number
  readonly view: SessionView
  /** Prints something for good. */
  tell(block: Block): void
  /** Shows another thread, or none: what was seen so far is not about it. */
  show(view: SessionView): void
  /** Lets a person choose from a list; what they choose is done by {@link pickedThread} and its like. */
  pick(kind: PickerKind, picker: Picker): void
  /** Puts a text where the next one is written. */
  write(text: string): void
  /** Sends bytes to the terminal that it does not show, where there is one. */
  send(bytes: string): boolean
  /** Empties the screen. */
  clear(): void
  leave(): void
}
