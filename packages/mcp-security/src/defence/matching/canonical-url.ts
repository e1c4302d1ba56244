/** @limit Characters: a longer URL is taken for none, so that it has no authority. */
const longest = 4096
const invisible = /\p{Cf}/gu

/**
 * A URL in the spelling in which two are compared: without `http(s)://`, `www.` and a slash at the end, the host in lower case and as punycode. `undefined` for what
 * is none, names a user, or uses a backslash.
 */
export function canonicalUrl(text: string): string | undefined {
  const given = text.trim().replaceAll(invisible, '')
  if (given.length > longest || /[\s\\]/.test(given)) return undefined
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined
  const url = URL.parse(scheme === undefined ? `http://${given}` : given)
  return url === null || !isPlain(url) ? undefined : spell(url)
}

function isPlain({ username, password, hostname }: URL): boolean {
  return username === '' && password === '' && hostname.includes('.')
}

function spell({ host, pathname, search, hash }: URL): string {
  return `${host.replace(/^www\./, '')}${pathname.replace(/\/+$/, '')}${search}${hash}`
}

/** The host of a canonical URL. */
export function hostOf(canonical: string): string {
  return canonical.replace(/[:/?#].*$/s, '')
}
