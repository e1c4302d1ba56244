/** Whether a store is a PostgreSQL database, not a file. */
export function isDatabaseAddress(store: string): boolean {
  return /^postgres(ql)?:\/\//i.test(store)
}

/**
 * A text as it may be shown: what stands between a scheme and a host, and parameters that are secrets, without the password. Such an address still
 * opens the database where PGPASSWORD or ~/.pgpass has the password. Holds for malformed addresses too; takes rather too much away.
 */
export function withoutPassword(text: string): string {
  const [, scheme = '', rest = ''] = /^(\s*[a-z][\w+.-]*:\/\/)([\s\S]*)$/i.exec(text) ?? []
  if (scheme === '') return text
  const end = rest.lastIndexOf('@')
  const user = rest.slice(0, Math.max(0, end)).replace(/:[\s\S]*$/, '')
  const place = end === -1 ? rest : `${/^$|[/?#]/.test(user) ? '' : `${user}@`}${rest.slice(end + 1)}`
  return `${scheme}${place}`.replaceAll(/([?&])(?:ssl)?password=[^&#]*&?/gi, '$1').replace(/[?&](?=#|$)/, '')
}

/** A sentence in which {@link withoutPassword} was done to every address. */
export function withoutPasswords(sentence: string): string {
  return sentence.replaceAll(/[a-z][\w+.-]*:\/\/[^\s"'`]+/gi, withoutPassword)
}
