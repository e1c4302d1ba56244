/** Whether a text is an address that shows what it is: visible ASCII, and a URL. */
export function isPlainUrl(text: string): boolean {
  return /^[\x21-\x7E]+$/.test(text) && URL.canParse(text)
}
