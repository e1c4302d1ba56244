import { hash } from 'node:crypto'

/** In characters: of less than this nothing can be understood. */
const least = 200

/**
 * A text in as much room as there is, in characters: whole where it fits; else its beginning, and where the rest is to be read. Where there is no room worth it, only that it
 * is there. The mark at the end names the whole by its hash, so that `isCutOf` knows it again.
 */
export function cutText(text: string, room: number, path: string): string {
  if (text.length <= room) return text
  const kept = room < least ? '' : text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept}${kept === '' ? '' : '\n'}${markOf(text, kept.length, path)}`
}

/** Whether a text is another one, or was cut from it. */
export function isCutOf(told: string, text: string): boolean {
  return told === text || told.endsWith(`, SHA-256 ${digestOf(text)})`)
}

function markOf(text: string, kept: number, path: string): string {
  return `(${kept} of ${text.length} characters: read ${path} for all of it, SHA-256 ${digestOf(text)})`
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 12)
}
