import { errnoByName } from "../abi/errno.ts";

function number(name: string): number {
  const errno = errnoByName(name);
  if (errno === undefined) throw new Error(`bug: no errno ${name}`);
  return errno.number;
}

/** The error numbers that maps and helpers give, positive. */
export const ERRNO = {
  EPERM: number("EPERM"),
  ENOENT: number("ENOENT"),
  E2BIG: number("E2BIG"),
  EBADF: number("EBADF"),
  EAGAIN: number("EAGAIN"),
  ENOMEM: number("ENOMEM"),
  EFAULT: number("EFAULT"),
  EBUSY: number("EBUSY"),
  EEXIST: number("EEXIST"),
  ENODEV: number("ENODEV"),
  EINVAL: number("EINVAL"),
  ENOSPC: number("ENOSPC"),
  ERANGE: number("ERANGE"),
  EDOM: number("EDOM"),
  ENOSYS: number("ENOSYS"),
  EMSGSIZE: number("EMSGSIZE"),
  EOVERFLOW: number("EOVERFLOW"),
  ENODATA: number("ENODATA"),
  EOPNOTSUPP: number("EOPNOTSUPP"),
  ENOTSUPP: number("ENOTSUPP"),
  ENAMETOOLONG: number("ENAMETOOLONG"),
  ESRCH: number("ESRCH"),
  EACCES: number("EACCES"),
  EDEADLK: number("EDEADLK"),
  ENOMSG: number("ENOMSG"),
  EPROTO: number("EPROTO"),
  ENOPROTOOPT: number("ENOPROTOOPT"),
  EPROTONOSUPPORT: number("EPROTONOSUPPORT"),
  ESOCKTNOSUPPORT: number("ESOCKTNOSUPPORT"),
  EAFNOSUPPORT: number("EAFNOSUPPORT"),
  ENETUNREACH: number("ENETUNREACH"),
  ENOTCONN: number("ENOTCONN"),
  EALREADY: number("EALREADY"),
  EBADMSG: number("EBADMSG"),
  EINPROGRESS: number("EINPROGRESS"),
} as const;
