import "./build-parts.ts";
import { isMoreName } from "./more-names.ts";
import { printError } from "./report-error.ts";

/** The whole bundle's start: what a command on the kernel's objects does not use of tracing is not even run. */
const [command = "", ...rest] = process.argv.slice(2);

if (isMoreName(command))
  import("./more-commands.ts")
    .then(({ MORE_COMMANDS }) => MORE_COMMANDS[command](rest))
    .catch(printError)
    .then((status) => process.exit(status));
else import("./main.ts");
