import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A program that understands Docker's words as far as the adapter uses them. It writes down each call, and runs what it is told on this very machine, without
 * any confinement: what an engine holds is not proved by it.
 */
export async function fakeEngine(folder: string): Promise<{ readonly engine: string; readonly log: string }> {
  const engine = join(folder, 'docker')
  const log = join(folder, 'calls')
  await writeFile(log, '')
  await writeFile(
    engine,
    `#!/bin/bash
printf '%s\\t' "$@" >> '${log}'; echo >> '${log}'
case $1 in
  version) echo 27.0.1 ;;
  rm) ;;
  run)
    while [ "$1" != broken:1 ] && [ "$1" != plain:1 ]; do shift; done
    if [ "$1" = broken:1 ]; then echo 'no such image' >&2; exit 125; fi
    shift; exec "$@" ;;
  exec)
    shift
    while :; do
      case $1 in
        --env) case $2 in *=*) export "$2" ;; esac; shift 2 ;;
        --workdir) cd "$2"; shift 2 ;;
        *) shift; break ;;
      esac
    done
    exec "$@" ;;
esac
`,
  )
  await chmod(engine, 0o755)
  return { engine, log }
}
