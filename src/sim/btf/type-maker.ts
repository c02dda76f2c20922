import { Report, renderDiagnostic } from "../../base/diagnostic.ts";
import { CDeclarations } from "../../btf/parse-c.ts";
import type { BtfId, Param } from "../../btf/types.ts";

/** A declaration whose name stands behind its type, or before its length: no function pointer, no unnamed parameter. */
const PLAIN = /^((?:\w+ )+\**|(?:\w+ )*\w+ \*+)(\w+)(\[\d+\])?$/;

/**
 * The simulated kernel's types while they are read. The texts of tracepoints and functions declare the same things over
 * and over ("pid_t pid", "struct sock *sk"): each is read as C once.
 */
export class TypeMaker {
  readonly declarations = new CDeclarations();
  readonly #declared = new Map<string, Param>();
  readonly #types = new Map<string, BtfId>();

  /** Reads C text that is part of Skep: a diagnostic is our fault. */
  read(text: string): void {
    this.#own(text, (report) => this.declarations.read(text, report));
  }

  /** A parameter or field: "struct sock *sk". */
  declared(text: string): Param {
    let known = this.#declared.get(text);
    if (known === undefined) {
      const [, type, name = "", array = ""] = PLAIN.exec(text) ?? [];
      known =
        type === undefined
          ? (this.#own(text, (report) => this.declarations.declared(text, report)) as Param)
          : { name, type: this.type(type + array) };
      this.#declared.set(text, known);
    }
    return known;
  }

  /** A type by its spelling: "struct sock *". */
  type(text: string): BtfId {
    let known = this.#types.get(text);
    if (known === undefined) {
      known = this.#own(text, (report) => this.declarations.typeNamed(text, report)) as BtfId;
      this.#types.set(text, known);
    }
    return known;
  }

  /** A prototype; a last parameter "..." makes it variadic. */
  prototype(returns: string, params: readonly string[]): BtfId {
    const variadic = params.at(-1) === "...";
    const fixed = variadic ? params.slice(0, -1) : params;
    return this.declarations.prototype(
      this.type(returns),
      fixed.map((param) => this.#parameter(param)),
      variadic,
    );
  }

  /** A parameter that has no name is spelled like a type. */
  #parameter(text: string): Param {
    const param = this.declared(text);
    return param.name === "" ? { name: "", type: param.type } : param;
  }

  #own<T>(text: string, read: (report: Report) => T): T {
    const report = new Report();
    const result = read(report);
    const [first] = report.diagnostics;
    if (first) throw new Error(`bug: ${renderDiagnostic(first, { name: "kernel types", text })}`);
    return result;
  }
}
