/** What the trivial tool of every case answers: one kilobyte. */
export declare const toolText: string

/** Measures `run(turns)` in this process and prints one line of JSON. See `measure.mjs`. */
export declare function measure(run: (turns: number) => Promise<number>): Promise<never>

/** Measures agents that live at once. */
export declare function liveReport(
  agents: number,
  turns: number,
): {
  /** Resolves once all are there. */
  arrive(): Promise<void>
  /** Writes what was found, and ends the process. */
  print(more: Readonly<Record<string, number | undefined>>): never
}

/** The middle of some times, the first 20 left out. */
export function middle(times: readonly number[]): number
