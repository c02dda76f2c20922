/** How the process ends: 0 ok, 1 the user's program is wrong, 2 the command line is, 3 the machine refuses, 70 we are. */
export const EXIT = { ok: 0, program: 1, usage: 2, machine: 3, bug: 70 } as const;
