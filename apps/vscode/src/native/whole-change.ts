import { readFile, stat } from 'node:fs/promises'

import type { ChatChange } from '../chat/chat-item.ts'

/** The largest file that is read to show a change in it, in bytes. */
const largest = 2_000_000

/**
 * A change within the whole of its file, as it is on the disk now, where the changed piece stands there exactly once: what is proposed, or what was done. Otherwise the pieces
 * alone, as the agent told them.
 */
export async function wholeChange(change: ChatChange): Promise<ChatChange> {
  const { path, before, after } = change
  if (before === undefined || before === '' || after === '') return change
  const text = await readText(path)
  if (text === undefined) return change
  if (isOnce(text, before)) return { path, before: text, after: text.replace(before, () => after) }
  if (isOnce(text, after)) return { path, before: text.replace(after, () => before), after: text }
  return change
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() && found.size <= largest ? await readFile(path, 'utf8') : undefined
  } catch {
    // What cannot be read is shown as it was told.
    return undefined
  }
}

function isOnce(text: string, piece: string): boolean {
  const first = text.indexOf(piece)
  return first >= 0 && text.indexOf(piece, first + 1) < 0
}
