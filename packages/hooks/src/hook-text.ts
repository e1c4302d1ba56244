/** How much of what a hook says is kept, in characters. */
const mostText = 50_000

const note = '\n[Cut: a hook may say 50,000 characters]'

/** A hook's words for the model: any text, bounded in length. */
export function boundText(text: string): string {
  const whole = text.toWellFormed()
  return whole.length <= mostText ? whole : whole.slice(0, mostText - note.length).toWellFormed() + note
}

/** Several texts, bounded together. */
export function boundTexts(texts: readonly string[]): readonly string[] {
  let room = mostText
  return texts.flatMap((text) => {
    const kept = room > 0 ? [boundText(text).slice(0, room).toWellFormed()] : []
    room -= text.length
    return kept
  })
}

/**
 * A hook's words for a person: bounded, and with control characters and marks that turn the direction of text made visible, so that it can neither
 * steer a terminal nor hide what it says.
 */
export function showText(text: string): string {
  return boundText(text.trim()).replaceAll('\r\n', '\n').replaceAll(suspects, visible)
}

const suspects = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

function visible(character: string): string {
  if (character === '\n' || character === '\t') return character
  const code = character.codePointAt(0) ?? 0
  return code < 32 ? String.fromCodePoint(0x2400 + code) : '\uFFFD'
}
