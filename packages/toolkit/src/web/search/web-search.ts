/** A page that a search found. */
export interface SearchResult {
  readonly title: string
  /** An http or https URL. */
  readonly url: string
  /** What the service shows of it, as plain text. */
  readonly snippet: string
  /** When it was published, as the service says it. */
  readonly published?: string
}

/** How a search is to be done. */
export interface SearchOptions {
  /** How many results are wanted, at most 20. */
  readonly count: number
  /** Only pages of these hosts, where there are any. */
  readonly sites?: readonly string[]
  readonly signal: AbortSignal
}

/** A service that searches the web. */
export interface WebSearch {
  /** What it is called, for people and logs. */
  readonly name: string
  /** The host that a query is sent to, as policies see it. */
  readonly host: string
  /** The best results first, at most `count`. Fails `tool-failed` where the service does not answer, or with what is no answer. */
  search(query: string, options: SearchOptions): Promise<readonly SearchResult[]>
}
