/** Something that is wrong in a configuration of servers, for a person. */
export interface ConfigurationProblem {
  /** `error`: the server, or the whole file, is left out. `warning`: something of it is. */
  readonly severity: 'error' | 'warning'
  /** Absolute. */
  readonly file: string
  readonly server?: string
  /** Where in the file, as a JSON Pointer; with it, what is wrong is one field. */
  readonly pointer?: string
  readonly message: string
  /** What to do. */
  readonly fix: string
}

/** A problem in a sentence: the place, what is wrong, and what to do. */
export function describeProblem({ file, pointer = '', message, fix }: ConfigurationProblem): string {
  return `${file}${pointer === '' ? '' : `#${pointer}`}: ${message}. ${fix}.`
}

/** A JSON Pointer one step further (RFC 6901). */
export function within(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** A value as a message shows it: its kind alone where it is a text, for it may be a secret. */
export function shownKind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text'
  return JSON.stringify(value) ?? typeof value
}
