import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Message } from '@keepup/core'

import { usageError } from '../../error-report.ts'
import { readAgent } from '../../read-agent.ts'
import { callSummary } from '../../terminal/call-summary.ts'
import { messageText } from '../../terminal/entry-line.ts'
import type { SessionHandle } from '../session-handle.ts'
import { begunThread } from '../travel/begun-thread.ts'

/** Writes what was said in a thread to a new file, for this user alone. Fails `input-invalid` where there is such a file. */
export async function exportThread(session: SessionHandle, words: string): Promise<void> {
  if (words === '') throw usageError('no file was named', 'write one: /export conversation.md')
  const { store, conversation } = session
  const thread = await begunThread(session)
  const path = resolve(conversation.place.folder, words)
  const { messages } = await readAgent(store.checkpointer, thread)
  const text = [...messages]
    .map(sectionOf)
    .filter((section) => section !== '')
    .join('\n\n')
  try {
    writeFileSync(path, `${text}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw usageError(`${path} is there already`, 'name another file')
    throw error
  }
  session.tell({ type: 'note', tone: 'good', text: `wrote ${path}` })
}

function sectionOf(message: Message): string {
  const text = messageText(message)
  if (message.role === 'user') return `## You\n\n${text}`
  if (message.role === 'tool') return ''
  const calls = message.content.flatMap((part) =>
    part.type === 'tool-call' ? [`- \`${part.name}\` ${callSummary(part.name, part.input)}`] : [],
  )
  const said = [text, calls.join('\n')].filter((part) => part !== '')
  return said.length === 0 ? '' : `## Agent\n\n${said.join('\n\n')}`
}
