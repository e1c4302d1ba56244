import type { Message } from '@keepup/core'

import type { LedgerFact } from './ledger.ts'

/** What a model makes of messages that give way to a ledger. It says from which words. */
export interface ContextNote {
  readonly kind: 'decided' | 'done' | 'next'
  readonly text: string
  /** Stands in one of the messages, letter for letter; white space aside. */
  readonly quote: string
}

/** Looks at messages that are about to give way, and proposes notes. One that fails or is late proposes nothing. */
export type ProposeNotes = (
  messages: readonly Message[],
  signal: AbortSignal,
) => Promise<readonly ContextNote[]>

const shortestQuote = 8
const most = 40

/** Notes whose quote stands in the messages, as facts; the others are dropped. A model's word is never trusted: in the ledger it is quoted like everything else. */
export function checkNotes(
  notes: readonly ContextNote[],
  messages: readonly Message[],
): readonly LedgerFact[] {
  if (!Array.isArray(notes)) return []
  const said = messages.map((message) => plain(textsOf(message)))
  return notes.slice(0, most).flatMap((note) => {
    if (!isNote(note)) return []
    const quote = plain(note.quote)
    const stands = quote.length >= shortestQuote && said.some((text) => text.includes(quote))
    return stands && note.text.trim() !== '' ? [{ kind: note.kind, text: note.text }] : []
  })
}

/** Types promise it; what a model wrote does not. */
function isNote(note: unknown): note is ContextNote {
  if (typeof note !== 'object' || note === null) return false
  const { kind, text, quote }: Partial<Record<keyof ContextNote, unknown>> = note
  return (
    ['decided', 'done', 'next'].includes(String(kind)) &&
    typeof text === 'string' &&
    typeof quote === 'string'
  )
}

function textsOf({ content }: Message): string {
  return content
    .map((part) => {
      if (part.type === 'text') return part.text
      if (part.type === 'tool-call') return JSON.stringify(part.input)
      if (part.type !== 'tool-result') return ''
      return part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n')
    })
    .join('\n')
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
