/** Where an instruction comes from, as BTF line info holds it: line and column count from 1. */
export type SourceLine = Readonly<{ file: string; line: number; column: number; text: string }>;
