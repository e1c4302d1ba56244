import type { ProgramRow } from '../program.ts'

/** Programs that read files, or what is piped to them, and print something made of it. */
export const textReaders: Readonly<Record<string, ProgramRow>> = {
  cat: [
    'read',
    '-A -b -e -E -n -s -t -T -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting',
  ],
  head: ['read', '-# -n: -c: -q -v -z --lines= --bytes= --quiet --silent --verbose --zero-terminated'],
  tail: ['read', '-# -n: -c: -q -v -z --lines= --bytes= --quiet --silent --verbose --zero-terminated'],
  wc: ['read', '-c -m -l -L -w --bytes --chars --lines --max-line-length --words --total='],
  nl: [
    'read',
    '-b: -d: -f: -h: -i: -l: -n: -p -s: -v: -w% --body-numbering= --number-format= --number-width=% --number-separator= --starting-line-number=',
  ],
  tac: ['read', '-b -r -s: --before --regex --separator='],
  rev: ['read', '-0'],
  cut: [
    'read',
    '-b: -c: -d: -f: -n -s -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter= --zero-terminated',
  ],
  sort: [
    'read',
    '-b -d -f -g -i -M -h -n -R -r -V -c -C -k: -m -s -t: -u -z --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --reverse --sort= --version-sort --check --key= --merge --stable --field-separator= --unique --zero-terminated',
  ],
  uniq: [
    'read',
    '-c -d -D -f: -i -s: -u -w: -z --count --repeated --all-repeated[= --skip-fields= --ignore-case --skip-chars= --unique --zero-terminated --check-chars= --group[=',
    1,
  ],
  paste: ['read', '-d: -s -z --delimiters= --serial --zero-terminated'],
  column: [
    'read',
    '-t -s: -o: -c: -x -e -R: -N: -H: -W: -O: -d -J --table --separator= --output-separator= --output-width= --table-columns= --table-right= --table-hide= --fillrows --json --table-name= --table-order= --table-noheadings',
  ],
  fold: ['read', '-b -s -w: --bytes --spaces --width='],
  expand: ['read', '-i -t: --initial --tabs='],
  unexpand: ['read', '-a -t: --all --first-only --tabs='],
  fmt: ['read', '-c -s -t -u -w: --width= --split-only --uniform-spacing'],
  join: [
    'read',
    '-a: -e: -i -j: -o: -t: -v: -1: -2: -z --check-order --nocheck-order --header --ignore-case',
    2,
  ],
  comm: [
    'read',
    '-1 -2 -3 -z --check-order --nocheck-order --output-delimiter= --total --zero-terminated',
    2,
  ],
  cmp: ['read', '-b -i: -l -n: -s --print-bytes --ignore-initial= --verbose --bytes= --quiet --silent', 4],
  strings: ['read', '-a -f -n: -t: -e: -o -w -# --all --print-file-name --bytes= --radix= --encoding='],
  xxd: ['read', '-a -b -c: -E -e -g: -i -l: -o: -p -s: -u -d -R:', 1],
  od: [
    'read',
    '-A: -j: -N: -S: -t: -v -w? -a -b -c -d -f -i -l -o -s -x --address-radix= --skip-bytes= --read-bytes= --strings[= --format= --output-duplicates --width[= --endian=',
  ],
  hexdump: ['read', '-b -c -C -d -o -x -n: -s: -v --canonical --length= --skip= --no-squeezing'],
  base64: ['read', '-d -i -w: --decode --ignore-garbage --wrap=', 1],
  md5sum: ['read', '-b -t -z --binary --text --tag --zero'],
  sha1sum: ['read', '-b -t -z --binary --text --tag --zero'],
  sha256sum: ['read', '-b -t -z --binary --text --tag --zero'],
  sha512sum: ['read', '-b -t -z --binary --text --tag --zero'],
  cksum: ['read', '-a: -z --algorithm= --tag --untagged --zero'],
  tr: ['text', '-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1', 2],
}
