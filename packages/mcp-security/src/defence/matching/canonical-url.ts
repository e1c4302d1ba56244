const invisible = /\p{Cf}/gu

/**
 * A URL in the spelling in which two are compared: without `http(s)://`, `www.` and a slash at the end, the host in lower case and as punycode. `undefined` for what
 * is none, names a user, or uses a backslash.
 */
export function canonicalUrl(text: string): string | undefined {
  const given = text.trim().replaceAll(invisible, '')
  if (/[\s\\]/.test(given)) return undefined
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined
  const url = URL.parse(scheme === undefined ? `http://${given}` : given)
  if (url === null || url.username !== '' || url.password !== '' || !url.hostname.includes('.'))
    return undefined
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.host.replace(/^www\./, '')}${path}${url.search}${url.hash}`
}

/** The host of a canonical URL. */
export function hostOf(canonical: string): string {
  return canonical.replace(/[:/?#].*$/s, '')
}
