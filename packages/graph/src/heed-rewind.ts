import type { DraftHeader } from './journal.ts'
import type { Asked, Session } from './session.ts'

/** Rewinds the thread where that was asked for. Whether it was; the state is another one then. */
export async function heedRewind({ journal, control }: Session): Promise<boolean> {
  const { rewinding } = control
  if (rewinding === undefined) return false
  const { to, ...asked } = rewinding
  await journal.flush()
  journal.stage('thread-rewound', { to }, askedHeader(asked))
  await journal.flush('power')
  delete control.rewinding
  return true
}

/** Who asked for what an entry records. */
export function askedHeader(asked: Asked | undefined): DraftHeader {
  if (asked === undefined) return {}
  const { by, signal } = asked
  return signal === undefined ? { by } : { by, cause: signal, takes: signal }
}
