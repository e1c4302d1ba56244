/** Words as one line for a POSIX shell, quoted where they must be. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) =>
      /^[\w@%+=:,./#-]+$/.test(word) && !word.startsWith('#') ? word : `'${word.replaceAll("'", `'\\''`)}'`,
    )
    .join(' ')
}
