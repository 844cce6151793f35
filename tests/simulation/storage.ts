import "fake-indexeddb/auto";
import type { Page } from "./page.ts";

// The database is shared by all runs of a process; whose a connection is tells which page's fate it has.
const pages = new WeakMap<object, Page>();
/** Transactions that are written and tell of a failure. */
const liars = new WeakSet<object>();

interface FakeTransaction extends IDBTransaction {
  _state: string;
  _abort(name: string | null): void;
}

interface FakeEvent {
  type: string;
}

interface FakeTarget {
  dispatchEvent(event: FakeEvent): boolean;
}

function pageOf(target: object): Page | undefined {
  const { db, transaction } = target as {
    db?: object;
    transaction?: { db: object } | null;
  };
  return pages.get(target) ?? pages.get(db ?? transaction?.db ?? target);
}

const target = Object.getPrototypeOf(IDBRequest.prototype) as FakeTarget;
const dispatch = target.dispatchEvent;
target.dispatchEvent = function (this: object, event) {
  const page = pageOf(this);
  // A page that is gone hears nothing any more. A layout is made or not, never half.
  if (page && !page.alive && event.type !== "upgradeneeded") {
    // The database itself listens for the end of its transactions.
    if (event.type !== "complete" && event.type !== "abort") return true;
    const { _rawDatabase } = (this as IDBTransaction)
      .db as unknown as {
        _rawDatabase: { processTransactions(): void };
      };
    _rawDatabase.processTransactions();
    return true;
  }
  if (page && event.type === "complete" && liars.has(this)) {
    const FakeEvent = event.constructor as new (type: string) => FakeEvent;
    return dispatch.call(this as never, new FakeEvent("abort"));
  }
  return dispatch.call(this as never, event);
};

function isOver(tx: FakeTransaction): boolean {
  return tx._state === "finished" || tx._state === "committing";
}

const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (
  this: IDBDatabase,
  names,
  mode = "readonly",
  options,
) {
  const page = pages.get(this);
  if (!page) return transaction.call(this, names, mode, options);
  const { faults, timeline, chance } = page.world;
  if (faults.happens("storage connection dead", 0.001)) {
    throw new DOMException("The connection is gone", "InvalidStateError");
  }
  const tx = transaction.call(this, names, mode, options) as FakeTransaction;
  const failLater = (name: string | null) => {
    timeline.after(chance.between(0, 0.4), () => {
      if (!isOver(tx)) tx._abort(name);
    });
  };
  if (faults.happens("storage transaction aborted", 0.001)) failLater(null);
  if (mode === "readwrite") {
    if (faults.happens("storage full", 0.002)) failLater("QuotaExceededError");
    if (faults.happens("storage write unsure", 0.002)) liars.add(tx);
  }
  return tx;
} as typeof transaction;

/** A profile's databases as one page has them open. */
export class PageStorage {
  readonly #page: Page;
  readonly #connections = new Set<IDBDatabase>();

  constructor(page: Page) {
    this.#page = page;
  }

  open(name: string, version?: number): IDBOpenDBRequest {
    const request = this.#page.profile.indexedDB.open(name, version);
    pages.set(request, this.#page);
    const know = () => {
      pages.set(request.result, this.#page);
      this.#connections.add(request.result);
    };
    request.addEventListener("upgradeneeded", know);
    request.addEventListener("success", know);
    return request;
  }

  /** The browser ends the page: what was asked for already happens wholly or not at all. */
  abandon(): void {
    const { chance } = this.#page.world;
    for (const db of this.#connections) {
      const { transactions } = (db as unknown as {
        _rawDatabase: { transactions: FakeTransaction[] };
      })._rawDatabase;
      for (const tx of transactions) {
        if (tx.db === db && !isOver(tx) && tx.mode !== "versionchange") {
          if (chance.happens(0.5)) tx._abort(null);
        }
      }
      db.close();
    }
  }
}
