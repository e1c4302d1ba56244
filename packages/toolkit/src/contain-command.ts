import type { Sandbox, SandboxedProgram, SandboxProfile } from '@keepup/core'

import { commandEnvironment } from './command-environment.ts'

/** A sandbox, and what it is told to let through. */
export interface Confinement {
  readonly sandbox: Sandbox
  readonly profile: SandboxProfile
}

/** A command, and what runs it. */
export interface CommandToContain {
  readonly command: string
  /** What the shell does before the command. */
  readonly before?: string
  readonly shell: string
  /** The project's own folder. */
  readonly root: string
  /** Where it starts. */
  readonly folder: string
  /** What holds it; nothing when left out. */
  readonly confinement?: Confinement
}

/** A program to start, perhaps in a sandbox. */
export interface ContainedCommand {
  readonly program: SandboxedProgram
  readonly contained: boolean
  /** To be called when it has ended, or was never started; what it says is for the model. Called twice it does nothing more. */
  release(): Promise<readonly string[]>
}

/** The program to start for a command. */
export async function containCommand({
  shell,
  command,
  before = '',
  root,
  folder,
  confinement,
}: CommandToContain): Promise<ContainedCommand> {
  const program = {
    program: shell,
    arguments: ['-c', before + command],
    folder,
    environment: commandEnvironment(command, { root, folder }, process.env),
  }
  return containProgram(program, confinement)
}

/** A program as it is, or in its sandbox. */
export async function containProgram(
  program: SandboxedProgram,
  confinement: Confinement | undefined,
): Promise<ContainedCommand> {
  if (confinement === undefined) return { program, contained: false, release: async () => [] }
  const contained = await confinement.sandbox.contain(program, confinement.profile)
  let released: Promise<readonly string[]> | undefined
  return { program: contained, contained: true, release: () => (released ??= contained.release()) }
}
