import { safeText } from './safe-text.ts'
import { createWordWrap } from './word-wrap.ts'

/** The text of an agent on its way to a terminal, while it streams. */
export interface StreamedText {
  /** A piece of an answer. Another `stream` is another attempt: it begins on a new line. */
  delta(stream: string, text: string): string
  /** The answer is whole: gives what is still missing of it, or all of it where something else was streamed. */
  complete(text: string): string
  /** Something else is about to be shown: ends the line. */
  leave(): string
}

/** Streamed text, wrapped to `width` columns and made safe for a terminal. */
export function createStreamedText(width: number): StreamedText {
  let wrap = createWordWrap(width)
  let current = { stream: '', text: '' }

  function leave(): string {
    const { text } = current
    const rest = wrap.flush()
    wrap = createWordWrap(width)
    current = { stream: '', text: '' }
    return text === '' || text.endsWith('\n') ? rest : `${rest}\n`
  }

  return {
    leave,
    delta(stream, text) {
      const left = stream === current.stream ? '' : leave()
      current = { stream, text: current.text + text }
      return left + wrap.feed(safeText(text))
    },
    complete(text) {
      if (text === '') return leave()
      const continues = text.startsWith(current.text)
      const left = continues ? '' : leave()
      const missing = continues ? text.slice(current.text.length) : text
      current = { stream: 'complete', text }
      return left + wrap.feed(safeText(missing)) + leave()
    },
  }
}
