import { execFileSync } from 'node:child_process'

/** Makes a named pipe that nobody writes to. */
export function makeNamedPipe(path: string): void {
  execFileSync('mkfifo', [path])
}
