import { usageError } from '../../error-report.ts'
import type { SessionHandle } from '../session-handle.ts'

/** Runs a line that begins with an exclamation mark as a command of the person's own. Fails `input-invalid` where there is none, or the agent is at work. */
export async function runOwnCommand(session: SessionHandle, line: string): Promise<void> {
  const command = line.slice(1).trim()
  if (command === '') throw usageError('there is no command', 'write it behind the mark: !git status')
  if (session.conversation.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  session.tell({ type: 'said', text: line, steered: false })
  await session.conversation.command(command)
}
