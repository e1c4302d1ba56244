import type { Timestamp } from '@keepup/core'

/** Somebody who waits for a moment. */
export interface Sleeper {
  readonly until: Timestamp
  readonly wake: () => void
}

/** Those who wait, however many, by the moment that they wait for. */
export interface Sleepers {
  add(sleeper: Sleeper): void
  delete(sleeper: Sleeper): void
  /** Takes all who wait for the earliest moment, in the order in which they came; none where nobody waits. */
  takeEarliest(): readonly Sleeper[]
}

/** Makes an empty set. */
export function createSleepers(): Sleepers {
  const byMoment = new Map<Timestamp, Set<Sleeper>>()
  /** A heap of the moments, each once: no child is earlier than its parent. A moment whose sleepers have all left stays until it is its turn. */
  const moments: Timestamp[] = []
  return {
    add(sleeper) {
      const known = byMoment.get(sleeper.until)
      if (known === undefined) {
        byMoment.set(sleeper.until, new Set([sleeper]))
        push(moments, sleeper.until)
      } else known.add(sleeper)
    },
    delete: (sleeper) => void byMoment.get(sleeper.until)?.delete(sleeper),
    takeEarliest() {
      for (let moment = pop(moments); moment !== undefined; moment = pop(moments)) {
        const due = [...(byMoment.get(moment) ?? [])]
        byMoment.delete(moment)
        if (due.length > 0) return due
      }
      return []
    },
  }
}

function push(heap: Timestamp[], moment: Timestamp): void {
  let place = heap.length
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above] ?? moment
    if (parent <= moment) break
    heap[place] = parent
    place = above
  }
  heap[place] = moment
}

function pop(heap: Timestamp[]): Timestamp | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return first
  let place = 0
  for (;;) {
    const left = place * 2 + 1
    const right = left + 1
    const least = (heap[right] ?? Infinity) < (heap[left] ?? Infinity) ? right : left
    const child = heap[least]
    if (child === undefined || child >= last) break
    heap[place] = child
    place = least
  }
  heap[place] = last
  return first
}
