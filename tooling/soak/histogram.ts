/** Counts what was hit how often. */
export class Histogram {
  readonly #counts = new Map<string, number>()

  add(name: string, count: number = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  get size(): number {
    return this.#counts.size
  }

  /** A line for each, by name. */
  lines(): string[] {
    return [...this.#counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(6)}  ${name}`)
  }
}
