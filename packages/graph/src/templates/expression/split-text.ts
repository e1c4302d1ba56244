/** A piece of a text with expressions in it, and where it begins. */
export interface TextPiece {
  readonly type: 'text' | 'expression'
  readonly text: string
  readonly at: number
}

/** A `{{` that is never closed, and where it stands. */
export interface OpenPiece {
  readonly openAt: number
}

/**
 * Splits a text at its expressions, `{{ like.this }}`. Braces and quotes within an expression are respected, so that `{{ {"a": "}}"} }}` is one. A
 * text that needs two braces writes `{{ "{{" }}`.
 */
export function splitText(text: string): readonly TextPiece[] | OpenPiece {
  const pieces: TextPiece[] = []
  let from = 0
  for (;;) {
    const open = text.indexOf('{{', from)
    const plain = text.slice(from, open < 0 ? undefined : open)
    if (plain !== '') pieces.push({ type: 'text', text: plain, at: from })
    if (open < 0) return pieces
    const close = endOfExpression(text, open + 2)
    if (close === undefined) return { openAt: open }
    pieces.push({ type: 'expression', text: text.slice(open + 2, close), at: open + 2 })
    from = close + 2
  }
}

/** The tokens that matter: strings of the language, braces. */
const tokens = /r?(?:"""[^]*?"""|'''[^]*?''')|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/g

/** Where the braces that close an expression stand. */
function endOfExpression(text: string, from: number): number | undefined {
  const reader = new RegExp(tokens.source, 'g')
  reader.lastIndex = from
  let depth = 0
  for (let token = reader.exec(text); token !== null; token = reader.exec(text)) {
    if (token[0] === '{') depth += 1
    if (token[0] !== '}') continue
    if (depth === 0) return text[token.index + 1] === '}' ? token.index : undefined
    depth -= 1
  }
  return undefined
}
