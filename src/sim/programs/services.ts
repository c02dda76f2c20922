import { LIBSSL_PATH } from "./libssl.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";

/** Redis 7; it has no USDT probes. */
export const REDIS: InstalledBinary = {
  path: "/usr/bin/redis-server",
  aliases: ["/usr/bin/redis-check-rdb"],
  fileBytes: 1_713_432,
  functions: [
    "_start", "main", "aeMain", "aeProcessEvents", "aeApiPoll", "acceptTcpHandler", "readQueryFromClient", "processInputBuffer",
    "processCommand", "call", "getCommand", "setCommand", "incrCommand", "lookupKey", "dbAdd", "dictFind", "dictRehash",
    "addReply", "writeToClient", "serverCron", "activeExpireCycle", "rdbSaveBackground", "rdbSave", "zmalloc", "zfree",
  ],
  libraries: [LIBC_PATH],
  language: "c",
}; // biome-ignore format: by topic

export const DISPATCH_COMMAND = "_Z16dispatch_commandP3THDPK8COM_DATA19enum_server_command";

/** MySQL 8.4: its USDT probes are gone since 8.0; names of its functions are mangled. */
export const MYSQLD: InstalledBinary = {
  path: "/usr/sbin/mysqld",
  fileBytes: 68_157_440,
  functions: [
    "_start", "main", "_Z11mysqld_mainiPPc", "handle_connection", "_Z10do_commandP3THD", DISPATCH_COMMAND,
    "_Z20dispatch_sql_commandP3THDP12Parser_state", "_Z21mysql_execute_commandP3THDb", "_ZN15Sql_cmd_dml7executeEP3THD",
    "_ZN13Query_expression7executeEP3THD", "_ZN11ha_innobase10index_readEPhPKhj16ha_rkey_function", "row_search_mvcc",
    "buf_page_get_gen", "fil_io", "trx_commit", "log_write_up_to", "_ZN3NET4readEv",
  ],
  libraries: [LIBC_PATH, LIBSSL_PATH],
  language: "c++",
}; // biome-ignore format: by topic

/** A service in Go: one file without the C library, with the language's own names. */
export const GO_SERVICE: InstalledBinary = {
  path: "/usr/local/bin/gateway",
  fileBytes: 14_680_064,
  functions: [
    "_rt0_amd64_linux", "runtime.rt0_go", "runtime.goexit", "runtime.main", "main.main", "main.(*Gateway).ServeHTTP",
    "main.(*Gateway).lookup", "main.(*Cache).Get", "net/http.(*conn).serve", "net/http.serverHandler.ServeHTTP",
    "net/http.(*Server).Serve", "net.(*netFD).Read", "net.(*netFD).Write", "internal/poll.(*FD).Read", "internal/poll.(*FD).Write",
    "syscall.Read", "syscall.Write", "syscall.Syscall", "internal/runtime/syscall.Syscall6", "encoding/json.Marshal",
    "encoding/json.(*encodeState).marshal", "runtime.mallocgc", "runtime.gcBgMarkWorker", "runtime.gcDrain", "runtime.mcall",
    "runtime.park_m", "runtime.schedule", "runtime.findRunnable", "runtime.netpoll", "runtime.futexsleep", "runtime.sysmon",
    "runtime.usleep",
  ],
  language: "go",
}; // biome-ignore format: by topic

/** A service in Rust; names are mangled. */
export const RUST_SERVICE: InstalledBinary = {
  path: "/usr/local/bin/indexer",
  fileBytes: 9_437_184,
  functions: [
    "_start", "main", "_ZN3std2rt10lang_start17h5b0f6bd2e6a3d9c1E", "_ZN7indexer4main17h0c1b2f0a7d9e4e55E",
    "_ZN7indexer8pipeline3run17h9ab01c2d3e4f5a6bE", "_ZN7indexer8tokenize17h7766554433221100E",
    "_ZN7indexer5store6insert17h00112233445566ffE", "_ZN5alloc7raw_vec11finish_grow17hfedcba9876543210E",
    "_ZN4core3ops8function6FnOnce9call_once17h1234567890abcdefE", "__rust_alloc", "__rust_dealloc", "rust_begin_unwind",
  ],
  libraries: [LIBC_PATH],
  language: "rust",
}; // biome-ignore format: by topic

/** OpenSSH's server and what it asks about passwords. */
export const SSHD: InstalledBinary = {
  path: "/usr/sbin/sshd",
  fileBytes: 921_288,
  functions: [
    "_start", "main", "server_accept_loop", "do_authentication2", "input_userauth_request", "userauth_passwd", "auth_password",
    "sys_auth_passwd", "do_authenticated", "session_setup_sshpam", "ssh_packet_read_seqnr",
  ],
  libraries: [LIBC_PATH, "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"],
  language: "c",
}; // biome-ignore format: by topic

export const LIBCURL_PATH = "/usr/lib/x86_64-linux-gnu/libcurl.so.4";

export const LIBCURL: InstalledBinary = {
  path: LIBCURL_PATH,
  aliases: ["/lib/x86_64-linux-gnu/libcurl.so.4"],
  fileBytes: 786_432,
  functions: ["curl_easy_init", "curl_easy_setopt", "curl_easy_perform", "curl_easy_cleanup", "Curl_connect", "Curl_ossl_connect"],
  libraries: [LIBC_PATH, LIBSSL_PATH],
  language: "c",
}; // biome-ignore format: by topic
