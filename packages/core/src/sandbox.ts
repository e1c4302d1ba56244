/**
 * What a contained program may touch. Paths are absolute and mean everything below them too; links are followed when the program is started. Reading is
 * allowed but for `unreadable`, writing is denied but for `writable`, and what is denied wins over what is allowed.
 */
export interface SandboxProfile {
  /** Folders and files that may be written. */
  readonly writable: readonly string[]
  /** Paths inside of `writable` that may not be written, made, removed or replaced, whether they exist yet or not. */
  readonly unwritable: readonly string[]
  /** Paths that may not be read: they look empty, or refuse. Not writable either. */
  readonly unreadable: readonly string[]
  /** Hosts that may be reached: `example.com`, or `*.example.com` for those below it; `any` is every one of them, nothing in the list is none. */
  readonly hosts: readonly string[] | 'any'
  /** Environment variables that are withheld, by name; `*` stands for any characters, such as in `AWS_*`. */
  readonly withheld: readonly string[]
}

/** A program to start: no shell reads its arguments. */
export interface SandboxedProgram {
  readonly program: string
  readonly arguments: readonly string[]
  /** Where it starts, absolute. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** A program inside of its sandbox, as the one to start instead. */
export interface ContainedProgram extends SandboxedProgram {
  /**
   * To be called once after it ended, also where it was never started: removes what was put there for it, and makes harmless what it left
   * behind that a program outside would run later. Says what was made harmless, in sentences for the model and the person; none where nothing
   * was. Never rejects.
   */
  release(): Promise<readonly string[]>
}

/** What a sandbox may hold; `battery` tests have one case or more for each. */
export type SandboxPromise =
  /** No write outside of `writable`, none to `unwritable`. */
  | 'writes'
  /** Nothing that is `unreadable` is read. */
  | 'reads'
  /** No host is reached, names are not resolved, no socket of this machine is opened, unless all hosts may be reached. */
  | 'network'
  /** Of the hosts, only those listed are reached. */
  | 'hosts'
  /** No process outside is seen or signalled. */
  | 'processes'
  /** Nothing that it started outlives it, or the program that started it, however either ends. */
  | 'orphans'

/** What protects, and from what. */
export interface SandboxDescription {
  readonly name: string
  /** Of the mechanism, where it tells. */
  readonly version?: string
  readonly holds: readonly SandboxPromise[]
  /** What it does not hold here, in sentences for a person. */
  readonly lacks: readonly string[]
}

/**
 * Confines programs. Fails closed: whoever asked for a sandbox gets it or an error with the next step, never a program that runs without.
 */
export interface Sandbox extends AsyncDisposable {
  describe(): SandboxDescription
  /**
   * Turns a program into one that is confined to a profile. The result reaches its descendants, whatever they do. Fails `sandbox-unavailable`
   * where the mechanism is not there, and `not-supported` where it cannot hold what the profile asks for, such as a list of hosts.
   */
  contain(program: SandboxedProgram, profile: SandboxProfile): Promise<ContainedProgram>
}
