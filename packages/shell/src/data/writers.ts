/** What happens to an operand: `w`rite, `d`elete, `r`ead; capitals mean everything beneath it too. `.`: not a file. */
export type Touch = string

/**
 * Programs that change files, by operand. `all`: every operand; `last` and `rest`: the last operand and those before it; `first` and `after`: the
 * first and those after it. Options that take a value, in the short form of `optionTable`.
 */
export interface WriterRow {
  readonly all?: Touch
  readonly rest?: Touch
  readonly last?: Touch
  readonly first?: Touch
  readonly after?: Touch
  readonly options: string
}

/** Writers whose effects follow from their operands. */
export const writers: Readonly<Record<string, WriterRow>> = {
  rm: {
    all: 'dD',
    options:
      '-f -i -I -r -R -d -v --force --recursive --dir --verbose --interactive[= --one-file-system --preserve-root[= --no-preserve-root',
  },
  rmdir: { all: 'd', options: '-p -v --parents --verbose --ignore-fail-on-non-empty' },
  unlink: { all: 'd', options: '' },
  shred: {
    all: 'wd',
    options: '-f -n: -s: -u -v -x -z --force --iterations= --size= --remove[= --verbose --exact --zero',
  },
  mv: {
    rest: 'rdD',
    last: 'wdW',
    options:
      '-f -i -n -u -v -b -S: -t: -T --force --no-clobber --update[= --verbose --backup[= --suffix= --target-directory= --no-target-directory',
  },
  cp: {
    rest: 'rR',
    last: 'wdW',
    options:
      '-a -b -d -f -i -H -l -L -n -P -p -R -r -s -S: -t: -T -u -v -x --archive --force --no-clobber --recursive --target-directory= --parents --preserve[= --verbose --no-target-directory --update[= --link --symbolic-link',
  },
  install: {
    rest: 'r',
    last: 'wd',
    options:
      '-b -C -c -d -D -g: -m: -o: -p -s -S: -t: -T -v --directory --group= --mode= --owner= --target-directory= --verbose',
  },
  ln: {
    rest: '.',
    last: 'wd',
    options:
      '-b -d -f -i -L -n -P -r -s -S: -t: -T -v --force --symbolic --relative --target-directory= --no-dereference --verbose',
  },
  touch: { all: 'w', options: '-a -c -d: -f -h -m -r: -t: --no-create --date= --time= --reference=' },
  mkdir: { all: 'w', options: '-m: -p -v -Z --mode= --parents --verbose' },
  mkfifo: { all: 'w', options: '-m: --mode=' },
  mknod: { first: 'w', options: '-m: --mode=' },
  tee: { all: 'wd', options: '-a -i -p --append --ignore-interrupts --output-error[=' },
  sponge: { all: 'wd', options: '-a' },
  truncate: { all: 'wd', options: '-c -o -r: -s: --no-create --io-blocks --reference= --size=' },
  fallocate: { all: 'wd', options: '-c -d -i -n -o: -l: -p -v -x -z' },
  chmod: {
    first: '.',
    after: 'wW',
    options: '-c -f -v -R --changes --silent --verbose --recursive --reference=',
  },
  chown: {
    first: '.',
    after: 'wW',
    options:
      '-c -f -v -h -R -H -L -P --changes --silent --verbose --recursive --reference= --from= --no-dereference',
  },
  chgrp: {
    first: '.',
    after: 'wW',
    options: '-c -f -v -h -R -H -L -P --changes --silent --verbose --recursive --reference= --no-dereference',
  },
  chattr: { first: '.', after: 'wW', options: '-R -V -f -v: -p:' },
  setfacl: { all: 'wW', options: '-b -k -d -R -L -P -m: -x: -M: -X: -n' },
  split: { first: 'r', options: '-a: -b: -C: -d -e -l: -n: -t: -u -x --verbose' },
  csplit: { first: 'r', options: '-b: -f: -k -n: -s -z' },
  mktemp: { all: '.', options: '-d -q -u -p: -t --directory --dry-run --quiet --tmpdir[= --suffix=' },
  gzip: { all: 'rwd', options: '-# -c -d -f -k -l -n -N -q -r -t -v --keep --force --stdout --decompress' },
  gunzip: { all: 'rwd', options: '-c -f -k -l -q -r -t -v' },
  bzip2: { all: 'rwd', options: '-# -c -d -f -k -q -t -v -z' },
  xz: { all: 'rwd', options: '-# -c -d -f -k -l -q -t -v -z -T:' },
  zstd: { all: 'rwd', options: '-# -c -d -f -k -l -q -t -v --rm' },
  patch: { all: 'rwd', options: '-p: -R -N -s -E -b -f -t -l --dry-run' },
}

/** Options that name where something is written, for any writer. */
export const targetOptions: ReadonlySet<string> = new Set(['-t', '--target-directory'])

/** Programs that reach the network, with options that take a value; operands name hosts or addresses. */
export const networkPrograms: ReadonlySet<string> = new Set([
  'curl',
  'wget',
  'ssh',
  'scp',
  'sftp',
  'rsync',
  'ftp',
  'telnet',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'ping',
  'ping6',
  'dig',
  'host',
  'nslookup',
  'whois',
  'traceroute',
  'tracepath',
  'mtr',
  'http',
  'https',
  'xh',
  'aria2c',
  'lynx',
  'w3m',
  'links',
  'openssl',
  'nmap',
  'getent',
  'resolvectl',
])
