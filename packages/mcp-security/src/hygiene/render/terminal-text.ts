import { escapedText } from '../text/hidden-text.ts'

/**
 * Text of a tool or a server for a terminal: no byte of it moves the cursor, hides text, sets a clipboard or makes a link; what would is seen as `\u{…}`. Line ends
 * and tabs stay.
 */
export function terminalText(text: string): string {
  return escapedText(text.replaceAll('\r\n', '\n'))
}
