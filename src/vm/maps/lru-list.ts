const LOCAL_TARGET = 128; // nodes that a CPU takes at a time, and that a round looks at: LOCAL_FREE_TARGET
const CPU_TARGET = 4; // PERCPU_FREE_TARGET

const FREE = 0;
const INACTIVE = 1;
const ACTIVE = 2;
const LOCAL_FREE = 3;
const LOCAL_PENDING = 4;

/** The lists of one LRU, by their heads; the heads' numbers follow those of the nodes. */
type Lists = {
  free: number;
  inactive: number;
  active: number;
  counts: [free: number, inactive: number, active: number];
  rotation: number;
};
/** What one CPU keeps for itself where all share one LRU. */
type Local = { free: number; pending: number; nextSteal: number };

/**
 * Which entry of a full map makes room, as the kernel chooses it: new nodes are inactive, those that were referred to
 * move to the active list when a round comes by, and a CPU takes many nodes at a time, so that more than one entry may
 * go. Source: kernel/bpf/bpf_lru_list.c, v6.18.
 */
export class LruList {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #type: Uint8Array;
  readonly #isReferred: Uint8Array;
  readonly #cpu: Uint16Array;
  readonly #shared: Lists | undefined;
  readonly #locals: Local[] = [];
  readonly #perCpu: Lists[] = [];
  readonly #evict: (node: number) => void;
  readonly #target: number;
  readonly #scans: number;

  /** `perCpu`: each CPU has an LRU of its own. `evict` is told which node loses its entry. */
  constructor(nodes: number, cpus: number, perCpu: boolean, evict: (node: number) => void) {
    const heads = cpus * 3 + 3;
    this.#next = new Int32Array(nodes + heads);
    this.#previous = new Int32Array(nodes + heads);
    this.#type = new Uint8Array(nodes);
    this.#isReferred = new Uint8Array(nodes);
    this.#cpu = new Uint16Array(nodes);
    this.#evict = evict;
    let head = nodes;
    const newHead = (): number => {
      this.#next[head] = head;
      this.#previous[head] = head;
      return head++;
    };
    const newLists = (): Lists => {
      const [free, inactive, active] = [newHead(), newHead(), newHead()];
      return { free, inactive, active, counts: [0, 0, 0], rotation: inactive };
    };
    this.#scans = perCpu ? CPU_TARGET : LOCAL_TARGET;
    this.#target = Math.min(Math.max(Math.floor(Math.floor(nodes / cpus) / 2), 1), LOCAL_TARGET);
    if (perCpu) for (let cpu = 0; cpu < cpus; cpu++) this.#perCpu.push(newLists());
    else {
      this.#shared = newLists();
      for (let cpu = 0; cpu < cpus; cpu++)
        this.#locals.push({ free: newHead(), pending: newHead(), nextSteal: (cpu + 1) % cpus });
    }
    const share = Math.max(1, Math.floor(nodes / cpus));
    for (let node = nodes - 1; node >= 0; node--) {
      const cpu = Math.min(Math.floor(node / share), cpus - 1);
      this.#cpu[node] = cpu;
      this.#add(node, (this.#shared ?? (this.#perCpu[cpu] as Lists)).free);
    }
  }

  /** A program looked the entry up, or it was written again. */
  refer(node: number): void {
    this.#isReferred[node] = 1;
  }

  /** A node for a new entry; one that has an entry loses it, if need be. -1 when there is none. */
  take(cpu: number): number {
    return this.#shared ? this.#takeShared(this.#shared, cpu) : this.#takeOwn(this.#perCpu[cpu] as Lists);
  }

  /** The node has no entry any more. */
  release(node: number): void {
    const cpu = this.#cpu[node] as number;
    if (this.#shared === undefined) return this.#move(this.#perCpu[cpu] as Lists, node, FREE);
    if (this.#type[node] !== LOCAL_PENDING) return this.#move(this.#shared, node, FREE);
    this.#type[node] = LOCAL_FREE;
    this.#isReferred[node] = 0;
    this.#remove(node);
    this.#add(node, (this.#locals[cpu] as Local).free);
  }

  #takeOwn(lists: Lists): number {
    this.#rotate(lists);
    if (this.#isEmpty(lists.free)) this.#shrink(lists, CPU_TARGET, lists.free, FREE);
    const node = this.#first(lists.free);
    if (node !== -1) this.#move(lists, node, INACTIVE);
    return node;
  }

  #takeShared(lists: Lists, cpu: number): number {
    const local = this.#locals[cpu] as Local;
    let node = this.#first(local.free);
    if (node === -1) {
      this.#refill(lists, local);
      node = this.#first(local.free);
    }
    if (node === -1) node = this.#steal(local);
    if (node === -1) return -1;
    this.#remove(node);
    this.#cpu[node] = cpu;
    this.#type[node] = LOCAL_PENDING;
    this.#isReferred[node] = 0;
    this.#add(node, local.pending);
    return node;
  }

  /** Hands a CPU's new nodes over to the shared lists, and free ones to the CPU. */
  #refill(lists: Lists, local: Local): void {
    for (let node = this.#last(local.pending); node !== -1; node = this.#last(local.pending)) {
      const to = this.#isReferred[node] === 1 ? ACTIVE : INACTIVE;
      lists.counts[to]++;
      this.#type[node] = to;
      this.#isReferred[node] = 0;
      this.#remove(node);
      this.#add(node, headOf(lists, to));
    }
    this.#rotate(lists);
    let got = 0;
    for (; got < this.#target; got++) {
      const node = this.#first(lists.free);
      if (node === -1) break;
      this.#give(lists, node, local.free, LOCAL_FREE);
    }
    if (got < this.#target) this.#shrink(lists, this.#target - got, local.free, LOCAL_FREE);
  }

  /** A node that another CPU keeps, or this one. */
  #steal(local: Local): number {
    const start = local.nextSteal;
    let from = start;
    let node = -1;
    do {
      const other = this.#locals[from] as Local;
      node = this.#first(other.free);
      if (node === -1) node = this.#takePending(other);
      from = (from + 1) % this.#locals.length;
    } while (node === -1 && from !== start);
    local.nextSteal = from;
    return node;
  }

  #takePending({ pending }: Local): number {
    for (const honors of [true, false])
      for (let node = this.#last(pending); node !== -1; node = this.#before(node, pending)) {
        if (honors && this.#isReferred[node] === 1) continue;
        this.#evict(node);
        return node;
      }
    return -1;
  }

  // ---- rounds

  #rotate(lists: Lists): void {
    if (lists.counts[INACTIVE] < lists.counts[ACTIVE]) this.#rotateActive(lists);
    this.#rotateInactive(lists);
  }

  /** From the oldest on: what was referred to stays, the rest becomes inactive. */
  #rotateActive(lists: Lists): void {
    const first = this.#first(lists.active);
    let node = this.#last(lists.active);
    for (let i = 0; node !== -1; ) {
      const before = this.#before(node, lists.active);
      this.#move(lists, node, this.#isReferred[node] === 1 ? ACTIVE : INACTIVE);
      if (++i === this.#scans || node === first) break;
      node = before;
    }
  }

  /** From where the last round ended: what was referred to becomes active. */
  #rotateInactive(lists: Lists): void {
    const { inactive } = lists;
    if (this.#isEmpty(inactive)) return;
    let last = this.#next[lists.rotation] as number;
    if (last === inactive) last = this.#next[last] as number;
    let current = lists.rotation;
    let next = inactive;
    for (let i = 0; i < this.#scans; ) {
      if (current === inactive) {
        current = this.#previous[current] as number;
        continue;
      }
      next = this.#previous[current] as number;
      if (this.#isReferred[current] === 1) this.#move(lists, current, ACTIVE);
      if (current === last) break;
      current = next;
      i++;
    }
    lists.rotation = next;
  }

  /** Frees inactive nodes, oldest first, up to `most`; by force one that was referred to, when there are no others. */
  #shrink(lists: Lists, most: number, to: number, type: number): void {
    let freed = 0;
    let node = this.#last(lists.inactive);
    for (let i = 0; node !== -1; ) {
      const before = this.#before(node, lists.inactive);
      if (this.#isReferred[node] === 1) this.#move(lists, node, ACTIVE);
      else {
        this.#evict(node);
        this.#give(lists, node, to, type);
        if (++freed === most) break;
      }
      if (++i === this.#scans) break;
      node = before;
    }
    if (freed > 0) return;
    const victim = this.#last(this.#isEmpty(lists.inactive) ? lists.active : lists.inactive);
    if (victim === -1) return;
    this.#evict(victim);
    this.#give(lists, victim, to, type);
  }

  // ---- lists: doubly linked rings around their heads

  /** Moves a node to the beginning of one of the three lists. */
  #move(lists: Lists, node: number, to: typeof FREE | typeof INACTIVE | typeof ACTIVE): void {
    const from = this.#type[node] as typeof to;
    if (from !== to) {
      lists.counts[from]--;
      lists.counts[to]++;
      this.#type[node] = to;
    }
    this.#isReferred[node] = 0;
    this.#leave(lists, node);
    this.#add(node, headOf(lists, to));
  }

  /** Moves a node to the beginning of a list of free ones. */
  #give(lists: Lists, node: number, to: number, type: number): void {
    lists.counts[this.#type[node] as typeof FREE | typeof INACTIVE | typeof ACTIVE]--;
    this.#type[node] = type;
    this.#leave(lists, node);
    this.#add(node, to);
  }

  #leave(lists: Lists, node: number): void {
    if (lists.rotation === node) lists.rotation = this.#previous[node] as number;
    this.#remove(node);
  }

  #add(node: number, head: number): void {
    const first = this.#next[head] as number;
    this.#next[head] = node;
    this.#previous[node] = head;
    this.#next[node] = first;
    this.#previous[first] = node;
  }

  #remove(node: number): void {
    const [before, after] = [this.#previous[node] as number, this.#next[node] as number];
    this.#next[before] = after;
    this.#previous[after] = before;
  }

  #isEmpty(head: number): boolean {
    return this.#next[head] === head;
  }

  #first(head: number): number {
    const node = this.#next[head] as number;
    return node === head ? -1 : node;
  }

  #last(head: number): number {
    return this.#before(head, head);
  }

  #before(node: number, head: number): number {
    const before = this.#previous[node] as number;
    return before === head ? -1 : before;
  }
}

function headOf(lists: Lists, type: number): number {
  return type === FREE ? lists.free : type === INACTIVE ? lists.inactive : lists.active;
}
