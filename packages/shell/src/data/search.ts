import type { ProgramRow } from '../program.ts'

/** Programs whose first operand is a pattern, unless an option gives it. */
export const searchPrograms: Readonly<Record<string, ProgramRow>> = {
  grep: [
    'read',
    '-# -E -F -G -P -e: -i -y -v -w -x -c -L -l -m: -o -q -s -b -H -h -n -T -Z -A: -B: -C: -a -I -U -r -z --extended-regexp --fixed-strings --basic-regexp --perl-regexp --regexp= --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count --color[= --colour[= --files-without-match --files-with-matches --max-count= --only-matching --quiet --silent --no-messages --byte-offset --with-filename --no-filename --label= --line-number --initial-tab --null --after-context= --before-context= --context= --text --binary-files= --exclude= --exclude-dir= --include= --recursive --binary --null-data --line-buffered',
  ],
  rg: [
    'read',
    '-e: -i -S -s -F -v -w -x -c -l -m: -o -q -n -N -H -I -A: -B: -C: -a -U -P -p -g: -t: -T: -d: -r: -. -u -0 -j% -E: --regexp= --ignore-case --smart-case --case-sensitive --fixed-strings --invert-match --word-regexp --line-regexp --count --count-matches --files-with-matches --files-without-match --max-count= --only-matching --quiet --line-number --no-line-number --with-filename --no-filename --after-context= --before-context= --context= --text --multiline --multiline-dotall --pcre2 --pretty --glob= --iglob= --type= --type-not= --type-list --max-depth= --replace= --hidden --no-ignore --no-ignore-vcs --null --threads=% --encoding= --files --color= --colors= --heading --no-heading --json --sort= --sortr= --stats --trim --vimgrep --column --passthru --max-columns= --max-columns-preview --max-filesize= --glob-case-insensitive --no-messages --crlf --no-config --one-file-system --no-unicode --only-matching --context-separator= --byte-offset --debug',
  ],
  fd: [
    'read',
    '-H -I -u -s -i -g -F -a -p -0 -d: -t: -e: -E: -c: -S: -q -j% --hidden --no-ignore --no-ignore-vcs --unrestricted --case-sensitive --ignore-case --glob --fixed-strings --absolute-path --full-path --print0 --max-depth= --min-depth= --exact-depth= --type= --extension= --exclude= --color= --size= --changed-within= --changed-before= --newer= --older= --max-results= --quiet --threads=% --and= --prune --relative-path --one-file-system --strip-cwd-prefix[= --format=',
  ],
}
