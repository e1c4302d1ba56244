/**
 * Programs that run their words: their own options in the short form of `optionTable`, then how many operands of their own come before the
 * program.
 */
export const wrappers: Readonly<Record<string, readonly [options: string, own: number]>> = {
  env: [
    '! -i -0 -v -u: -C: --ignore-environment --null --unset= --chdir= --debug --default-signal[= --ignore-signal[= --block-signal[=',
    0,
  ],
  timeout: ['! -k: -s: -v --kill-after= --signal= --preserve-status --foreground --verbose', 1],
  nice: ['! -# -n: --adjustment=', 0],
  nohup: ['!', 0],
  setsid: ['! -c -f -w --ctty --fork --wait', 0],
  stdbuf: ['! -i: -o: -e: --input= --output= --error=', 0],
  ionice: ['! -c: -n: -t --class= --classdata= --ignore', 0],
  chrt: ['! -a -b -d -f -i -m -o -r -R -T: -P: -D: -v', 1],
  taskset: ['! -a -c', 1],
  time: ['! -p -v -a -q -f: -o: --format= --output= --verbose --portability', 0],
  command: ['! -p -v -V', 0],
  builtin: ['!', 0],
  exec: ['! -c -l -a:', 0],
  sudo: [
    '! -A -b -B -E -H -i -K -k -n -P -S -s -u: -g: -h: -p: -C: -D: -R: -T: -U: --user= --group= --preserve-env[= --login --shell --non-interactive --set-home --chdir= --prompt=',
    0,
  ],
  doas: ['! -n -s -u: -C:', 0],
  xargs: [
    '! -0 -r -t -p -x -o -a: -d: -E: -e? -I: -i? -L: -l? -n: -P: -s: --null --no-run-if-empty --verbose --interactive --exit --arg-file= --delimiter= --eof[= --replace[= --max-lines[= --max-args= --max-procs= --max-chars= --show-limits --open-tty --process-slot-var=',
    0,
  ],
  parallel: [
    '! -j: -0 -k -n: -N: -L: -I: -a: -q -m -X --jobs= --null --keep-order --dry-run --bar --eta --tag --will-cite --arg-file= --colsep= --halt=',
    0,
  ],
  watch: ['! -b -c -d -e -g -n: -p -t -x -q: --interval= --differences[= --no-title --color --exec', 0],
  strace: [
    '! -f -ff -c -C -d -i -k -q -r -t -T -v -x -y -e: -o: -p: -s: -S: -u: -E: -P: -O: -I: -a: -b: -z -Z -n -D',
    0,
  ],
  ltrace: ['! -f -c -C -i -r -S -t -T -e: -o: -p: -s: -u: -l: -n: -a:', 0],
  unshare: [
    '! -m -u -i -n -p -U -C -T -f -r -c -S: -G: -R: -w: --mount --net --user --pid --fork --map-root-user --mount-proc[=',
    0,
  ],
  chroot: ['! --groups= --userspec= --skip-chdir', 1],
  nsenter: ['! -a -t: -m? -u? -i? -n? -p? -U? -C? -S: -G: -r? -w? -F --all --target=', 0],
  catchsegv: ['!', 0],
  busybox: ['!', 0],
  toybox: ['!', 0],
  caffeinate: ['! -d -i -m -s -u -t: -w:', 0],
  dbus_run_session: ['!', 0],
  faketime: ['! -f -m -p:', 1],
  proot: ['! -r: -b: -w: -q: -0', 0],
  fakeroot: ['! -l: -s: -i: -u -b: -c:', 0],
  eatmydata: ['!', 0],
  rlwrap: ['! -a? -b: -c -f: -H: -i -l: -n -r -s: -t: -w:', 0],
  unbuffer: ['! -p', 0],
  'systemd-run': [
    '! -t -P -G -q -d -p: -u: -E: -S --user --scope --pty --pipe --wait --quiet --unit= --property= --setenv= --uid= --gid= --slice=',
    0,
  ],
  'dumb-init': ['! -c -r: -v', 0],
  tini: ['! -s -g -v -e: -p: -w', 0],
  npx: ['! -y -q -p: --yes --no --quiet --package= --no-install', 0],
  bunx: ['!', 0],
  pnpx: ['!', 0],
}

/** Programs that evaluate a text which an option or an operand gives. */
export const evaluators: Readonly<Record<string, 'shell' | 'words' | 'first' | 'option-c'>> = {
  sh: 'shell',
  bash: 'shell',
  dash: 'shell',
  ash: 'shell',
  zsh: 'shell',
  ksh: 'shell',
  mksh: 'shell',
  rbash: 'shell',
  eval: 'words',
  trap: 'first',
  su: 'option-c',
  runuser: 'option-c',
  script: 'option-c',
  flock: 'option-c',
  sg: 'option-c',
}
