/** Lets acts with one name happen one after the other. */
export interface InTurn {
  take<Result>(name: string, act: () => Promise<Result>): Promise<Result>
}

/** Nobody has a turn yet. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(name, act) {
      const before = last.get(name)
      const turn = before === undefined ? act() : before.then(act)
      const ended = turn.catch(() => {})
      last.set(name, ended)
      try {
        return await turn
      } finally {
        if (last.get(name) === ended) last.delete(name)
      }
    },
  }
}
