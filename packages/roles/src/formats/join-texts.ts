/** Puts texts one below the other, those that say nothing left out. */
export function joinTexts(...texts: readonly (string | undefined)[]): string {
  return texts
    .map((text) => text?.trim() ?? '')
    .filter((text) => text !== '')
    .join('\n\n')
}
