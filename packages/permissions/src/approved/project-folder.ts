import { type BigIntStats, statSync } from 'node:fs'

/** The folder of a project: where it lies, and which one it is. */
export interface ProjectFolder {
  /** Its real path. */
  readonly path: string
  /** Its number in the file system and when it was made, so that another folder at the same path is another project; nothing where it is not there. */
  readonly identity: string | undefined
}

/** Looks at the folder of a project. */
export function projectFolder(path: string): ProjectFolder {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return { path, identity: stat === undefined ? undefined : identityOf(stat) }
}

/** Whether what was noted of a folder is about this one. Where one of the two is not known to have been made at a time, its number decides. */
export function isSameFolder(noted: string | undefined, { identity }: ProjectFolder): boolean {
  if (noted === undefined || identity === undefined) return true
  const [number, made] = noted.split(' ')
  const [numberNow, madeNow] = identity.split(' ')
  return number === numberNow && (made === undefined || madeNow === undefined || made === madeNow)
}

/** Some file systems do not know when a folder was made. Where a system tells the last change instead, approvals end with it: rather asked once more. */
function identityOf({ ino, birthtimeNs }: BigIntStats): string {
  return birthtimeNs > 0n ? `${ino} ${birthtimeNs}` : `${ino}`
}
