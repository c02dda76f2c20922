// biome-ignore-all lint/performance/noBarrelFile: this file is the entry `skep`
export { type Compiled, type CompileOptions, compile, load } from "./pipeline.ts";
export { type TraceOptions, trace } from "./trace.ts";
