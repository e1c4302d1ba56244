import type { ProgramRow } from '../program.ts'

/** Programs that tell something of files and folders: names, sizes, kinds, differences. */
export const fileReaders: Readonly<Record<string, ProgramRow>> = {
  ls: [
    'read',
    '-a -A -b -B -c -C -d -f -F -g -G -h -i -I: -k -l -m -n -N -o -p -q -Q -r -R -s -S -t -T: -u -U -v -w: -x -X -Z -1 --all --almost-all --author --escape --block-size= --ignore-backups --color[= --directory --classify[= --file-type --format= --full-time --group-directories-first --no-group --human-readable --si --hide= --hyperlink[= --indicator-style= --inode --ignore= --kibibytes --numeric-uid-gid --literal --hide-control-chars --show-control-chars --quote-name --quoting-style= --reverse --recursive --size --sort= --time= --time-style= --width= --zero',
  ],
  stat: ['read', '-f -c: -t -x --file-system --format= --printf= --terse --cached='],
  file: [
    'read',
    '-b -i -k -N -n -r -s -v -0 -F: -P: --brief --mime --mime-type --mime-encoding --extension --keep-going --no-pad --raw --separator=',
  ],
  du: [
    'read',
    '-# -0 -a -b -B: -c -d: -h -k -l -m -P -s -S -t: -x --null --all --apparent-size --block-size= --bytes --total --max-depth= --human-readable --inodes --count-links --separate-dirs --si --summarize --threshold= --time[= --time-style= --exclude= --one-file-system --no-dereference',
  ],
  df: [
    'read',
    '-a -B: -h -H -i -k -l -P -t: -T -x: --all --block-size= --human-readable --si --inodes --local --output[= --portability --total --type= --print-type --exclude-type=',
  ],
  tree: [
    'read',
    '-a -d -f -x -L: -P: -I: -p -u -g -s -h -D -F -q -N -Q -i -S -n -C -t -c -r -U -v -J -X -A --dirsfirst --prune --noreport --si --du --inodes --device --filelimit= --matchdirs --ignore-case --sort[= --charset= --timefmt= --gitignore --filesfirst',
  ],
  basename: ['text', '-a -s: -z --multiple --suffix= --zero'],
  dirname: ['text', '-z --zero'],
  realpath: [
    'read',
    '-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --logical --physical --quiet --relative-to=@ --relative-base=@ --strip --no-symlinks --zero',
  ],
  readlink: [
    'read',
    '-f -e -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero',
  ],
  diff: [
    'read',
    '-# -a -b -B -c -C: -d -e -E -i -I: -n -N -p -q -r -s -S: -t -T -u -U: -w -W: -x: -y -Z --text --brief --ignore-space-change --ignore-blank-lines --context[= --minimal --ed --ignore-tab-expansion --ignore-case --ignore-matching-lines= --rcs --new-file --unidirectional-new-file --show-c-function --show-function-line= --recursive --report-identical-files --expand-tabs --initial-tab --unified[= --normal --ignore-all-space --ignore-trailing-space --exclude= --side-by-side --width= --left-column --suppress-common-lines --strip-trailing-cr --color[= --no-dereference --label= --tabsize= --speed-large-files --no-ignore-file-name-case --ignore-file-name-case',
    2,
  ],
}
