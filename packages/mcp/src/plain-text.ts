/** Controls but for tab and line end, marks that turn the direction of text, characters without width, and Unicode's tags: what is not seen by a person. */
const unseen =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu

/** Text of a server as a person would see it, of at most `most` characters. */
export function plainText(text: string, most: number): string {
  const seen = text.replaceAll('\r\n', '\n').replaceAll(unseen, '')
  return seen.length > most ? `${seen.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : seen
}
