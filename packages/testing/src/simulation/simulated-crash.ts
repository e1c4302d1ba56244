/** What every call of a crashed process meets. Not a `KeepupError`: nothing may handle it as if the process lived on. */
export class SimulatedCrash extends Error {
  constructor() {
    super('The simulated process crashed: nothing that it does from now on happens.')
    this.name = 'SimulatedCrash'
  }
}

/** Whether an error, or what caused it, is the marker of a crashed process. */
export function isSimulatedCrash(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SimulatedCrash) return true
  }
  return false
}
