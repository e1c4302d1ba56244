import type { CancellationToken, ChatRequest, ChatResponseStream } from 'vscode'

import type { ChatSession } from '../chat/chat-session.ts'

/**
 * Answers `@keepup` in the editor's own chat with a session of its own: words as they come, calls as progress. It needs no model of the editor, and where the editor has
 * no such chat, nothing else misses it.
 */
export async function answerParticipant(
  session: ChatSession,
  { prompt }: Pick<ChatRequest, 'prompt'>,
  response: Pick<ChatResponseStream, 'markdown' | 'progress'>,
  token: CancellationToken,
): Promise<void> {
  const from = session.transcript.items.length
  const stopping = token.onCancellationRequested(() => void session.cancel())
  try {
    await session.prompt(prompt)
    for (const item of session.transcript.items.slice(from + 1)) {
      if (item.type === 'agent' || item.type === 'notice') response.markdown(item.text)
      if (item.type === 'call') response.progress(item.title)
    }
  } finally {
    stopping.dispose()
  }
}
