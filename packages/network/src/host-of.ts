/** The host of a URL as it is compared and resolved: in lower case, punycode, without brackets and final dot. */
export function hostOf({ hostname }: URL): string {
  return plainHost(hostname)
}

/** A host in the same form. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
