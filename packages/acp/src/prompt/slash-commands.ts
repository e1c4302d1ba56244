import type { AvailableCommand } from '@agentclientprotocol/sdk'
import { forkEdited } from '@keepup/checkpoint'
import type { ThreadId } from '@keepup/core'
import { message } from '@keepup/runtime'

import type { LiveSession } from '../sessions/live-session.ts'

/** What a person may type instead of a task. */
export const commands: readonly AvailableCommand[] = [
  {
    name: 'fork',
    description: 'Go on from here in another session, and leave this one as it is',
    input: { hint: 'what to do there (may be left out)' },
  },
]

/** Does what a command says. Gives what the person is told, or nothing where the words are no command. */
export async function runCommand(
  { checkpointer, thread }: LiveSession,
  words: string,
  newId: () => ThreadId,
): Promise<string | undefined> {
  const [, said = ''] = /^\/fork(?:\s+([^]*))?$/.exec(words.trim()) ?? [undefined, undefined]
  if (!/^\/fork(?:\s|$)/.test(words.trim())) return undefined
  const { head: at } = await checkpointer.read(thread, { at: 0 })
  if (at === 0) return 'There is nothing to fork yet: say something first.'
  const to = newId()
  const signals = said.trim() === '' ? [] : [message(to, said.trim())]
  await forkEdited({ checkpointer, from: { thread, at }, to, signals })
  const next = signals.length === 0 ? '' : ' What you said waits there.'
  return `Forked as session ${to}: open it from the list of sessions.${next}`
}
