/**
 * Text of a model or a tool, safe for a terminal: control characters other than line breaks and tabs become visible, so that nobody moves
 * the cursor, changes the title or hides text by escape sequences.
 */
export function safeText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(suspects, (character) => {
    if (character === '\n' || character === '\t') return character
    const code = character.codePointAt(0) ?? 0
    return code < 32 ? String.fromCodePoint(0x2400 + code) : '\uFFFD'
  })
}

/** The same on one line: a line break is seen as one, for in a command it begins another. */
export function safeLine(text: string): string {
  return safeText(text).trim().replaceAll('\n', ' ␊ ')
}

// Control characters, marks that turn the direction of text, and what has no width: Unicode's tags and variation selectors carry whole texts that nobody sees.
// Those that emoji and scripts are spelt with stay.
const suspects = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E01EF}]/gu
