// Writes the archive that a kernel unpacks as its first file system.
// Source: Documentation/driver-api/early-userspace/buffer-format.rst, v6.12 ("newc").

const FOLDER = 0o040755;
const PROGRAM = 0o100755;

/** An archive of executable files by path, such as `{ "bin/busybox": bytes }`; their folders are made. */
export function writeCpio(files) {
  const entries = new Map();
  for (const [path, data] of Object.entries(files)) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) entries.set(parts.slice(0, depth).join("/"), undefined);
    entries.set(path, Buffer.from(data));
  }
  const pieces = [];
  let inode = 1;
  for (const [path, data] of entries) pieces.push(...entry(path, inode++, data));
  pieces.push(...entry("TRAILER!!!", 0, Buffer.alloc(0)));
  return Buffer.concat(pieces);
}

function entry(path, inode, data) {
  const mode = data === undefined ? FOLDER : PROGRAM;
  const size = data?.length ?? 0;
  const name = Buffer.from(`${path}\0`);
  // inode mode uid gid links mtime size, device and raw device as major and minor, length of the name, checksum
  const fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`);
  const parts = [padded(Buffer.concat([header, name]))];
  if (data !== undefined) parts.push(padded(data));
  return parts;
}

function padded(data) {
  const rest = data.length % 4;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(4 - rest)]);
}
