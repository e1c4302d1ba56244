import { existsSync } from 'node:fs'

import type { SandboxProfile } from '@keepup/core'

import type { Mount } from './plan-mounts.ts'

/** What bubblewrap is started with. */
export interface BubblewrapView {
  readonly mounts: readonly Mount[]
  readonly hosts: SandboxProfile['hosts']
  /** An empty file, to lie over files that may not be read. */
  readonly emptyFile: string
  /** The descriptor that the filter of system calls is read from. */
  readonly filter?: number
  readonly folder: string
  /** What is started: it is seen wherever it lies. */
  readonly program?: string
  /** Whether this is the superuser, whose number means the same inside. */
  readonly superuser: boolean
  /** Whether namespaces of its own can be kept from the program: bubblewrap 0.8 and later. */
  readonly closesNamespaces: boolean
}

/** Folders of the system where sockets, pipes and other programs' files lie; and what of them is needed. */
const hiddenFolders = ['/tmp', '/var/tmp', '/run']
const neededOfRun = ['/run/current-system', '/run/wrappers', '/run/opengl-driver', '/run/systemd/resolve']

/**
 * What else the kernel lets the superuser write by its number alone, without any right that could be dropped. In /proc/sys the path of the program that is
 * started after a crash is among that.
 */
const kernelFolders = ['irq', 'bus', 'fs', 'scsi', 'acpi', 'driver', 'pressure'].map(
  (name) => `/proc/${name}`,
)

/**
 * Bubblewrap's options, up to the program: everything read-only, what the profile opens or hides laid over it, and namespaces of its own. It and all that
 * it starts die with the program that started it.
 */
export function bubblewrapArguments(view: BubblewrapView): readonly string[] {
  const { mounts, hosts, filter, folder, emptyFile, closesNamespaces } = view
  return [
    '--die-with-parent',
    '--new-session',
    '--unshare-user',
    // The filter keeps programs from it too, and costs less.
    ...(closesNamespaces && filter === undefined ? ['--disable-userns'] : []),
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(hosts === 'any' ? [] : ['--unshare-net']),
    '--cap-drop',
    'ALL',
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    // Bubblewrap covers it only where new files could be made in it.
    '--ro-bind',
    '/proc/sys',
    '/proc/sys',
    ...(view.superuser ? coverKernel() : []),
    ...hiddenFolders.flatMap((path) => ['--tmpfs', path]),
    ...[...neededOfRun, ...hiddenProgram(view)].flatMap((path) => ['--ro-bind-try', path, path]),
    ...mounts.flatMap((mount) => mountArguments(mount, emptyFile)),
    ...(filter === undefined ? [] : ['--seccomp', String(filter)]),
    '--chdir',
    folder,
    '--',
  ]
}

/** A program of its user's own may lie in a folder that is covered. */
function hiddenProgram({ program }: BubblewrapView): readonly string[] {
  return program !== undefined && hiddenFolders.some((folder) => program.startsWith(`${folder}/`))
    ? [program]
    : []
}

function coverKernel(): readonly string[] {
  const hidden = kernelFolders.filter((path) => existsSync(path))
  return [
    '--ro-bind-try',
    '/proc/mtrr',
    '/proc/mtrr',
    ...hidden.flatMap((path) => ['--perms', '0555', '--tmpfs', path]),
  ]
}

function mountArguments({ type, path }: Mount, emptyFile: string): readonly string[] {
  switch (type) {
    case 'writable':
      return ['--bind', path, path]
    case 'read-only':
      return ['--ro-bind', path, path]
    case 'empty-folder':
      return ['--perms', '0555', '--tmpfs', path]
    case 'empty-file':
      return ['--ro-bind', emptyFile, path]
  }
}
