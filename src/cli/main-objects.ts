import { isObjectName } from "./more-names.ts";
import { OBJECT_COMMANDS } from "./object-commands.ts";
import { printError } from "./report-error.ts";

/** The start of dist/skep-objects.cjs, for which the launcher has seen that the command is one of them. */
const [command = "", ...rest] = process.argv.slice(2);

if (!isObjectName(command)) throw new Error(`bug: \`${command}\` is not in this bundle`);
Promise.resolve(OBJECT_COMMANDS[command](rest))
  .catch(printError)
  .then((status) => process.exit(status));
