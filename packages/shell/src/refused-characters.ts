/** Characters that no command needs and that people, parsers and shells read differently: controls, odd blanks, invisible and direction marks. */
const refused =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800\ufff0-\uffff]/gu

/** The longest command that is read, in UTF-16 units. */
export const longestCommand = 4000

/** The first character that is refused, as `U+00A0`, or `undefined`. Blank, tab and line break are what a shell calls white space. */
export function refusedCharacter(command: string): string | undefined {
  if (/^[\t\n\u0020-\u007e]*$/.test(command)) return undefined
  for (const [character] of command.matchAll(refused)) {
    if (character === ' ' || character === '\t' || character === '\n') continue
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  }
  return undefined
}
