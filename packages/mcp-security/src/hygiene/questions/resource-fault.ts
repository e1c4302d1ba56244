/** What a server said that it has. */
export interface DeclaredResources {
  readonly uris: readonly string[]
  /** RFC 6570. */
  readonly templates: readonly string[]
}

/**
 * Why a resource must not be asked of a server; `undefined` where it may be. Only what the server listed, or what has the scheme and, where there is one, the host of
 * what it listed: a link in a result leads to no other server, no file and no address. Nothing here ever opens a URI itself.
 */
export function resourceFault(uri: string, { uris, templates }: DeclaredResources): string | undefined {
  if (uris.includes(uri)) return undefined
  if (uri.length > 4_000) return 'its URI is longer than 4,000 characters'
  const place = placeOf(uri)
  if (place === undefined) return 'it has no URI'
  if (/(^|\/|%2f)(\.|%2e){2}(\/|%2f|$)/i.test(uri)) return 'its URI leads out of its folder'
  const isKnown = templates.some((template) => placeOf(template.replaceAll(/\{[^{}]*\}/g, 'x')) === place)
  return isKnown ? undefined : `the server has not said that it has resources at ${place}`
}

function placeOf(uri: string): string | undefined {
  const url = URL.parse(uri)
  return url === null ? undefined : `${url.protocol}//${url.host}`
}
