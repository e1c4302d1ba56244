/** What the trivial tool of every case answers: one kilobyte. */
export declare const toolText: string

/** Measures `run(turns)` in this process and prints one line of JSON. See `measure.mjs`. */
export declare function measure(run: (turns: number) => Promise<number>): Promise<never>
