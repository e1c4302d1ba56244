import type { ProgramRow } from '../program.ts'

/** Programs that tell something of the machine, the clock or their own words, and read no file that they are given. */
export const systemReaders: Readonly<Record<string, ProgramRow>> = {
  uname: [
    'none',
    '-a -s -n -r -v -m -p -i -o --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system',
  ],
  whoami: ['none', ''],
  id: ['none', '-u -g -G -n -r -z --user --group --groups --name --real --zero'],
  nproc: ['none', '--all --ignore='],
  arch: ['none', ''],
  uptime: ['none', '-p -s --pretty --since'],
  cal: [
    'text',
    '-1 -3 -s -j -y -Y -w -n: --one --three --sunday --monday --julian --year --twelve --week --months=',
    3,
  ],
  pwd: ['none', '-L -P'],
  which: ['text', '-a --all'],
  type: ['text', '-a -f -p -P -t'],
  true: ['text', ''],
  false: ['text', ''],
  ':': ['text', ''],
}
