import type { Value } from "../base/shown-value.ts";
import { bt, type RowMaker, type ToolRow } from "./define-tool.ts";

const MOST_FOLDERS = 100; // above so many, a path begins with "..."

/**
 * Prints the folders that the relative path at `$path` starts from, innermost first, as (part, at, tid): from folder
 * `$dir` or the current one up to the process's root, through mounts. Their number is in `$parts` then, and `$whole`
 * says whether the root was reached. All of it is read from the kernel's structures while the call returns: a process
 * that moves on or ends a moment later changes nothing.
 */
export const WALK_FOLDERS = bt`
  if (*(uint8 *)uptr($path) != 47) { // a slash
    $whole = false;
    $fs = curtask->fs;
    $root = (uint64)$fs->root.dentry;
    $root_mount = (uint64)$fs->root.mnt;
    $entry = $fs->pwd.dentry;
    $mount = (uint64)$fs->pwd.mnt;
    if ($dir != -100) { // AT_FDCWD
      $table = curtask->files->fdt;
      $at = (uint64)$dir & 0xffffffff;
      $file = (uint64)0;
      if ($at < $table->max_fds) { $file = *(uint64 *)kptr((uint64)$table->fd + $at * 8); }
      $open_dir = (struct file *)kptr($file);
      $entry = $open_dir->f_path.dentry;
      $mount = (uint64)$open_dir->f_path.mnt;
    }
    for ($i : 0..${MOST_FOLDERS}) {
      if ((uint64)$entry == 0) { break; }
      if ((uint64)$entry == $root && $mount == $root_mount) { $whole = true; break; }
      $outer = (struct mount *)kptr($mount - offsetof(struct mount, mnt));
      if ((uint64)$entry == (uint64)$outer->mnt.mnt_root) {
        if ((uint64)$outer->mnt_parent == (uint64)$outer) { $whole = true; break; }
        $entry = $outer->mnt_mountpoint;
        $mount = (uint64)$outer->mnt_parent + offsetof(struct mount, mnt);
      } else {
        print((part = str($entry->d_name.name, 255), at = $parts, tid = tid));
        $parts++;
        $entry = $entry->d_parent;
      }
    }
  }
`;

/** Puts the folders that WALK_FOLDERS printed before the path of the row that follows them. */
export function joinFolders(): RowMaker {
  const pending = new Map<Value, string[]>(); // by thread
  return (fields) => {
    const { tid = 0 } = fields;
    if ("part" in fields) {
      const parts = fields["at"] === 0n ? [] : (pending.get(tid) ?? []);
      parts.push(String(fields["part"]));
      pending.set(tid, parts);
      return undefined;
    }
    const { path, parts: wanted, whole, ...row } = fields;
    const folders = pending.get(tid) ?? [];
    pending.delete(tid);
    const text = String(path);
    if (text.startsWith("/") || wanted === undefined) return { ...row, path: text } as ToolRow;
    const complete = whole === true && BigInt(folders.length) === wanted;
    const start = complete ? "/" : ".../";
    return { ...row, path: start + [...folders.reverse(), text.replace(/^(\.\/+)+/, "")].join("/") } as ToolRow;
  };
}
