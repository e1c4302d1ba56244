/** How much a database of threads holds. */
export interface StoreStatistics {
  readonly threads: number
  /** Forks among the threads. */
  readonly forks: number
  readonly entries: number
  /** Entries whose data was erased. */
  readonly erased: number
  /** Signals that wait. */
  readonly signals: number
  readonly snapshots: number
  readonly artifacts: number
  /** In bytes: the data of entries, as the codec wrote it. */
  readonly dataSize: number
  /** In bytes. */
  readonly artifactSize: number
}
