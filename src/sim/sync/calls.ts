import type { Calls } from "../thread.ts";
import { epollCreate, epollWait, epollWatch } from "./epoll.ts";
import { eventfd } from "./eventfd.ts";
import {
  futexWait,
  futexWake,
  lock,
  makeCondition,
  makeMutex,
  signalCondition,
  unlock,
  waitCondition,
} from "./futex.ts";
import { poll } from "./poll.ts";

/** What threads can do about each other, and to wait for files. */
export const syncCalls = {
  makeMutex,
  lock,
  unlock,
  makeCondition,
  waitCondition,
  signalCondition,
  futexWait,
  futexWake,
  poll,
  epollCreate,
  epollWatch,
  epollWait,
  eventfd,
} satisfies Calls;
