import type { Suggestion } from '../composer/menu.ts'
import type { SessionHandle } from '../session-handle.ts'

/** A command that is typed in a session, after a slash. */
export interface SlashCommand {
  readonly name: string
  readonly brief: string
  /** What it takes, as its help says it. */
  readonly takes?: string
  /** What it may be given, where that can be listed. */
  readonly values?: readonly string[]
  /** Does it. What fails is told to the person. */
  run(session: SessionHandle, words: string): Promise<void> | void
}

/** Commands as what can be completed. */
export function suggestionsOf(
  commands: readonly SlashCommand[],
): readonly (Suggestion & { readonly values?: readonly string[] })[] {
  return commands.map(({ name, brief, values }) => ({
    word: name,
    detail: brief,
    ...(values === undefined ? {} : { values }),
  }))
}
