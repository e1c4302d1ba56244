/** Why a request may not come in: a page of a browser that found its way here by DNS rebinding bears a foreign `Host` or `Origin`. */
export function refuseForeign(
  { host, origin }: { readonly host: string | undefined; readonly origin: string | undefined },
  hosts: readonly string[],
): string | undefined {
  const named = host === undefined ? undefined : URL.parse(`http://${host}`)?.hostname
  if (named === undefined || !hosts.includes(named))
    return `This server is not reached as ${(host ?? 'nothing').slice(0, 100)}.`
  if (origin === undefined) return undefined
  const from = URL.parse(origin)?.hostname
  if (from !== undefined && hosts.includes(from)) return undefined
  return `Pages of ${origin.slice(0, 100)} may not speak to this server.`
}
