/** A process of this machine, as its system tells. */
export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Ended already, and only not yet noticed by its parent. */
  readonly ended: boolean
  /** When it started, in the system's own spelling, with the boot where that is part of it. */
  readonly started: string
}
