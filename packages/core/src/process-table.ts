import type { CallKey } from './identifiers.ts'
import type { StartedProcess } from './tool.ts'

/**
 * The processes of this machine, as recovery needs them: after a crash, what a call started may still be running.
 * A part of the loop, so that a simulation can stand in for the operating system.
 */
export interface ProcessTable {
  /**
   * The processes of a call that are still alive: those that were recorded, and those that can be recognised as the call's own although
   * nobody recorded them. A process that merely got a recorded number later is not among them. Never rejects; empty where nothing is alive.
   */
  survivors(call: {
    readonly key: CallKey
    readonly processes: readonly StartedProcess[]
  }): Promise<readonly StartedProcess[]>
  /**
   * Ends a process and its whole group: politely, then by force. `gone`: nothing was alive any more. `survives`: it could not be ended,
   * and a person must be told. Never rejects; resolves within ten seconds.
   */
  end(process: StartedProcess): Promise<'ended' | 'gone' | 'survives'>
}
