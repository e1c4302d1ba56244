/** Something in running text that acts when it is followed, paid or called. */
export interface ActiveToken {
  readonly kind: 'url' | 'address' | 'account' | 'telephone'
  readonly text: string
}

const address =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}._%+-]{1,128}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,12}\.\p{L}{2,63}/gu
const linked = /(?:\b[a-z][a-z0-9+.-]{0,20}:\/\/|\bwww\.)[^\s<>"'`\])]+/giu
/** A host with a path, or one that ends as most hosts do: file names end otherwise. */
const host =
  /(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]{1,63}\.){1,12}(?:\p{L}{2,}\/[^\s<>"'`\])]+|(?:com|net|org|io|dev|app|ai|xyz|info|biz|ru|cn|top|site|online|shop|link|click|page|uk|de|eu|fr|nl|tk|ly|gg)(?![\p{L}\p{N}._-]*[\p{L}\p{N}]))/giu
const account = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}[A-Z0-9]{8,30}(?![A-Za-z0-9])/g
const groupedAccount = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?(?![A-Za-z0-9])/g
const telephone = /(?<![\p{L}\p{N}./:-])\+?\(?\d[\d ()./-]{6,18}\d(?![\p{L}\p{N}/:-])/gu
const dateLike = /\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{2}:\d{2}/

/** Every link, e-mail address, bank account and telephone number in a text, also where it is written with letters that nobody sees. */
export function activeTokens(text: string): readonly ActiveToken[] {
  const seen = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
  const addresses = all(seen, address, 'address')
  const rest = seen.replaceAll(address, ' ')
  const links = all(rest, linked, 'url')
  const unlinked = rest.replaceAll(linked, ' ')
  return [
    ...addresses,
    ...links,
    ...all(unlinked, host, 'url'),
    ...all(unlinked, account, 'account'),
    ...all(unlinked, groupedAccount, 'account'),
    ...all(unlinked, telephone, 'telephone').filter(isTelephone),
  ]
}

function all(text: string, pattern: RegExp, kind: ActiveToken['kind']): ActiveToken[] {
  return (text.match(pattern) ?? []).map((found) => ({ kind, text: found.replace(/[.,;:!?]+$/, '') }))
}

function isTelephone({ text }: ActiveToken): boolean {
  if (dateLike.test(text)) return false
  const digits = text.replaceAll(/\D/g, '').length
  return digits >= 8 && digits <= 15
}
