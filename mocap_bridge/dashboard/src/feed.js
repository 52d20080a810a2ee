// WebSockets that come back: the newest message goes to whoever listens, a lost one is opened again.
const WAITS_S = [0.5, 1, 2, 4, 5];

/** The address of one of our sockets. The token travels as a query: a browser cannot set headers here. */
export function socketUrl(page, path, token, query = {}) {
  const url = new URL(path, page);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  url.search = new URLSearchParams({ ...query, ...(token ? { token } : {}) }).toString();
  return url.href;
}

export class Feed {
  /**
   * `onState(open, attempts)` is told when it comes and goes; `onMessage(data)` of text or an ArrayBuffer. With a
   * `window`, no more messages than that come before `taken()`: else a page that draws slowly falls behind for good.
   */
  constructor(address, { onMessage, onState = () => {}, window = 0 }) {
    this.address = address;
    this.window = window;
    this.untaken = 0;
    this.onMessage = onMessage;
    this.onState = onState;
    this.attempts = 0;
    this.socket = null;
    this.wanted = false;
  }

  open() {
    if (this.wanted) return;
    this.wanted = true;
    this.#connect();
  }

  close() {
    this.wanted = false;
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null; // first, so that its end is no loss
    socket?.close();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Tries at once what it waits to try. */
  again() {
    if (!this.wanted || this.socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.timer);
    this.#connect();
  }

  send(text) {
    if (!this.isOpen) return false;
    this.socket.send(text);
    return true;
  }

  /** Says that all that came has been made use of; not each time, for that costs the server as much as to send. */
  taken() {
    if (this.untaken && 2 * this.untaken >= this.window && this.send(`${this.untaken}`)) this.untaken = 0;
  }

  #connect() {
    const socket = new WebSocket(this.address());
    this.untaken = 0;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.attempts = 0;
      this.onState(true, 0);
    };
    socket.onmessage = ({ data }) => {
      if (this.window && this.socket === socket) this.untaken++;
      this.onMessage(data);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.onState(false, ++this.attempts);
      const waitS = WAITS_S[Math.min(this.attempts, WAITS_S.length) - 1];
      if (this.wanted) this.timer = setTimeout(() => this.#connect(), waitS * 1000);
    };
    this.socket = socket;
  }
}

/** Requests with their answers, over a Feed. */
export class Desk {
  constructor(feed) {
    this.feed = feed;
    this.waiting = new Map();
    this.next = 1;
  }

  /** Resolves with what was done, rejects with why not. */
  ask(request) {
    const id = this.next++;
    return new Promise((done, refused) => {
      if (!this.feed.send(JSON.stringify({ id, ...request }))) {
        refused(new Error("there is no connection"));
        return;
      }
      this.waiting.set(id, { done, refused });
    });
  }

  /** Whether a message was an answer. */
  take(message) {
    if (!("answer" in message)) return false;
    const { done, refused } = this.waiting.get(message.answer) ?? {};
    this.waiting.delete(message.answer);
    if ("refused" in message) refused?.(new Error(message.refused));
    else done?.(message.done);
    return true;
  }

  /** The connection is gone: nobody will answer. */
  drop() {
    for (const { refused } of this.waiting.values()) refused(new Error("the connection was lost"));
    this.waiting.clear();
  }
}
