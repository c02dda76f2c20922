/** Put in by the build (scripts/build.mjs) from package.json. */
declare const SKEP_VERSION: string | undefined;

export const VERSION: string = typeof SKEP_VERSION === "string" ? SKEP_VERSION : "0.0.0";
