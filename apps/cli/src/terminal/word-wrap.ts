import { textWidth } from './width.ts'

/** Breaks streamed prose into lines at blanks. */
export interface WordWrap {
  /** Takes a piece of text; gives what can be shown already. The last word is held back until it is whole. */
  feed(text: string): string
  /** Gives what was held back. */
  flush(): string
}

/**
 * Wraps to `width` columns. Code is left alone: fenced blocks, and lines that begin with a blank, a bar or a fence. A word longer than a line is
 * left to the terminal.
 */
export function createWordWrap(width: number): WordWrap {
  let column = 0
  let word = ''
  let fenced = false
  let verbatim = false

  function place(): string {
    const length = textWidth(word)
    const breaks = !verbatim && column > 0 && column + length > width
    const shown = breaks ? `\n${word.trimStart()}` : word
    column = breaks ? textWidth(word.trimStart()) : column + length
    word = ''
    return shown
  }

  function endLine(line: string): string {
    column = 0
    verbatim = fenced
    return line
  }

  function beginWord(character: string): void {
    if (column !== 0 || word !== '') return
    verbatim = fenced || /[\s|`]/.test(character)
  }

  return {
    feed(text) {
      let shown = ''
      for (const character of text) {
        if (character === '\n') {
          if (column === 0 && word.startsWith('```')) fenced = !fenced
          shown += endLine(`${place()}\n`)
          continue
        }
        beginWord(character)
        if (/\s/.test(character) && word.trim() !== '') shown += place()
        word += character
      }
      return shown
    },
    flush: place,
  }
}
