/** What a soak does, as its worker processes are told. */
export interface SoakSettings {
  /** The address of a PostgreSQL database, or a file. */
  readonly store: string
  readonly schema: string
  /** Where the effects of calls that are never repeated are written down. */
  readonly effects: string
  readonly turns: number
  /** Threads that a worker runs at a time. */
  readonly concurrency: number
  /** How long the model thinks, in milliseconds. */
  readonly thinks: number
  readonly patience: number
  readonly leaseTtl: number
  /** Whether the workers are on one machine, so that the death of a process can be proved. */
  readonly near: boolean
  /** How calls may be repeated. `idempotent` is the control: such a call is repeated after a kill. */
  readonly repeat: 'once' | 'idempotent'
  /** Whether each process dies right after its first effect, before anything can be said of it. */
  readonly dies: boolean
}
