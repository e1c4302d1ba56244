const invisible = /\p{Cf}/gu

/**
 * Text in the one spelling in which values are compared: NFKC, lower case, straight quotes, single spaces, and a space after a full stop that a sentence begins
 * behind, but for the one in an address. Look-alike letters of other scripts stay what they are, so that they match nothing.
 */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[‘’‚‛]/g, "'")
    .replaceAll(/[“”„‟]/g, '"')
    .replaceAll(/\.(?=\p{Lu}\p{Ll})(?<![@/]\S{0,80}\.)/gu, '. ')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .trim()
}

/** The same without characters that nobody sees, for finding what somebody tried to hide. */
export function normaliseSeen(text: string): string {
  return normalise(text.replaceAll(invisible, ''))
}

/** The words of normalised text: runs of letters and digits. */
export function wordsOf(normalised: string): readonly string[] {
  return normalised.match(/[\p{L}\p{N}]+/gu) ?? []
}
