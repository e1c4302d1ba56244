/** Programs that may run by themselves under `read-only`, with words that their tables know. */
export const readOnlyPrograms: ReadonlySet<string> = new Set(
  `ls cat head tail wc nl tac rev stat file du df tree basename dirname realpath readlink date uname whoami id which type true false echo printf seq
  sleep test [ : pwd cal uptime nproc arch sha1sum sha256sum sha512sum md5sum cksum cmp comm diff strings xxd od hexdump base64 grep rg find fd cut tr
  sort uniq paste column fold sed awk jq git cd timeout time command`.split(/\s+/),
)
