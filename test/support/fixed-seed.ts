import fc from "fast-check";

/**
 * Generated tests use the same inputs in every run, so that a red run means a change and not luck. Other inputs:
 * SKEP_SEED=random, or a number to repeat one run.
 */
const { SKEP_SEED = "20261121" } = process.env;
if (SKEP_SEED !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(SKEP_SEED) });
