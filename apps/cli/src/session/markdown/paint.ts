import type { Style } from '../../terminal/style.ts'

/** How written words look: the colours of the program, and what only prose needs. */
export interface Paint extends Style {
  readonly italic: (text: string) => string
  readonly underline: (text: string) => string
  readonly struck: (text: string) => string
}

/** The paint that goes with a style: none where that has no colour. */
export function paintOf(style: Style): Paint {
  const colour = style.bold('x') !== 'x'
  const paint = (open: number, close: number) => (text: string) =>
    colour && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return { ...style, italic: paint(3, 23), underline: paint(4, 24), struck: paint(9, 29) }
}
