import type { Effect, Workspace } from '@keepup/core'

/** What drives it: chance, and pauses in which anything may happen. */
export interface Fate {
  readonly chance: { below(bound: number): number; happens(odds: number): boolean }
  readonly pause: () => Promise<void>
}

/** What a call of a tool may touch. */
export function randomEffects({ chance }: Fate): readonly Effect[] {
  const kinds = [
    [],
    [{ kind: 'write', target: `/w/f${chance.below(3)}` }],
    [{ kind: 'exec', target: 'make' }],
  ] as const
  return kinds[chance.below(3)] ?? []
}

/** Files of which nobody knows whether they changed; a look fails now and then. */
export function randomFiles({ chance, pause }: Fate): Workspace {
  const refuse = (): never => {
    throw new Error('not asked for here')
  }
  return {
    root: '/w',
    async snapshot() {
      await pause()
      if (chance.happens(0.1)) throw new Error('the disk is full')
      return {
        id: `tree-${chance.below(4)}`,
        uncovered: chance.happens(0.2) ? [{ path: 'huge', reason: 'huge' }] : [],
      }
    },
    async changes() {
      await pause()
      return Array.from({ length: chance.below(3) * 300 }, (_, file) => ({
        path: `f${file}`,
        change: 'added' as const,
      }))
    },
    treeHash: refuse,
    restore: refuse,
    branch: refuse,
    merge: refuse,
    [Symbol.asyncDispose]: async () => {},
  }
}
