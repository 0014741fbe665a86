// <arcus-console>: a guest's screen, by noVNC's RFB client. Its children come from the server with all words and
// buttons; this script sets data-status, and the styles then show what is marked with data-when for that status.
//
// off         data-lit is not "yes": the guest has no screen now
// connecting  asking for a ticket, or for the screen
// connected   the guest's screen is there
// lost        it broke off; tried again by itself          refused  no ticket was given; tried again by itself
// ended       the one token that the address held is used up

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 30_000;
const BETWEEN_KEYS = 12;

// Key codes of a US keyboard with the characters that they give alone and with Shift.
const KEYS = {
  Backquote: "`~", Digit1: "1!", Digit2: "2@", Digit3: "3#", Digit4: "4$", Digit5: "5%", Digit6: "6^", Digit7: "7&",
  Digit8: "8*", Digit9: "9(", Digit0: "0)", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}",
  Backslash: "\\|", Semicolon: ";:", Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Space: "  ",
};
for (const letter of "abcdefghijklmnopqrstuvwxyz") KEYS[`Key${letter.toUpperCase()}`] = letter + letter.toUpperCase();

const SHIFT = { code: "ShiftLeft", keysym: 0xffe1 };
const STROKES = new Map([
  ["\n", { code: "Enter", keysym: 0xff0d }],
  ["\t", { code: "Tab", keysym: 0xff09 }],
]);
for (const [code, [plain, shifted]] of Object.entries(KEYS)) {
  STROKES.set(shifted, { code, keysym: shifted.codePointAt(0), shift: true });
  STROKES.set(plain, { code, keysym: plain.codePointAt(0) });
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class ArcusConsole extends HTMLElement {
  static observedAttributes = ["data-lit", "data-instance", "data-token"];

  #rfb;
  #timer;
  #delay = FIRST_DELAY;
  // Grows with each try, so that a late answer to an earlier one is recognised.
  #attempt = 0;
  #fit = true;

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
    this.addEventListener("keydown", this.#pressed, true);
    this.#begin();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#clicked);
    this.removeEventListener("keydown", this.#pressed, true);
    this.#leave();
  }

  attributeChangedCallback(_name, before, now) {
    if (before !== null && before !== now && this.isConnected) this.#begin();
  }

  #begin() {
    this.#leave();
    this.#delay = FIRST_DELAY;
    if (this.dataset.lit === "yes") this.#connect();
    else this.#show("off");
  }

  #leave() {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#rfb?.disconnect();
    this.#rfb = undefined;
  }

  #show(status) {
    this.dataset.status = status;
  }

  async #connect() {
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.#show("connecting");
    try {
      const [{ default: RFB }, token] = await Promise.all([import("/novnc/core/rfb.js"), this.#ticket()]);
      if (current()) this.#open(RFB, token, current);
    } catch {
      if (current()) this.#later("refused");
    }
  }

  /** A token for one connection: the one in the address, or a fresh one from the server. */
  async #ticket() {
    const { token, tickets, instance } = this.dataset;
    if (token !== undefined) return token;
    const answer = await fetch(tickets, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ id: instance }),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()).token;
  }

  #open(RFB, token, current) {
    const address = new URL("/console/ws", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("token", token);
    const rfb = new RFB(this.querySelector(".guest"), address.href, { wsProtocols: ["binary"] });
    this.#rfb = rfb;
    rfb.background = "transparent";
    this.#scale();
    rfb.addEventListener("connect", () => {
      if (!current()) return;
      this.#delay = FIRST_DELAY;
      this.#show("connected");
      this.querySelector("canvas")?.setAttribute("aria-describedby", "console-escape");
    });
    rfb.addEventListener("disconnect", () => {
      if (!current()) return;
      this.#rfb = undefined;
      if (this.dataset.token !== undefined) this.#show("ended");
      else this.#later("lost");
    });
  }

  #later(status) {
    if (this.dataset.token !== undefined) return this.#show("ended");
    this.#show(status);
    this.#timer = setTimeout(() => this.#connect(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  #scale() {
    if (!this.#rfb) return;
    this.#rfb.scaleViewport = this.#fit;
    this.#rfb.clipViewport = !this.#fit;
    this.#rfb.dragViewport = false;
  }

  #clicked = (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    switch (button.dataset.act) {
      case "keys":
        this.#rfb?.sendCtrlAltDel();
        this.#rfb?.focus();
        break;
      case "type":
        this.#type();
        break;
      case "scale":
        this.#fit = !this.#fit;
        button.setAttribute("aria-pressed", String(this.#fit));
        this.#scale();
        break;
      case "fullscreen":
        if (document.fullscreenElement) document.exitFullscreen();
        else this.requestFullscreen().catch(() => {});
        break;
      case "reconnect":
        this.#begin();
        break;
    }
  };

  /** Ctrl+Alt+Shift leaves the guest: the keyboard's keys are released there, and the toolbar has the focus. */
  #pressed = (event) => {
    if (!(event.ctrlKey && event.altKey && event.shiftKey) || !event.target.closest(".guest")) return;
    this.#rfb?.blur();
    this.querySelector("[data-act]")?.focus();
  };

  async #type() {
    const text = this.querySelector("textarea").value.replaceAll("\r\n", "\n");
    const untypable = new Set([...text].filter((character) => !STROKES.has(character)));
    this.querySelector("[data-part=characters]").textContent = [...untypable].join(" ");
    this.querySelector("[data-part=untypable]").hidden = untypable.size === 0;
    const rfb = this.#rfb;
    for (const character of text) {
      const stroke = STROKES.get(character);
      if (!stroke || rfb !== this.#rfb || !rfb) continue;
      if (stroke.shift) rfb.sendKey(SHIFT.keysym, SHIFT.code, true);
      rfb.sendKey(stroke.keysym, stroke.code);
      if (stroke.shift) rfb.sendKey(SHIFT.keysym, SHIFT.code, false);
      await pause(BETWEEN_KEYS);
    }
    if (untypable.size === 0) {
      this.querySelector(".typing").open = false;
      rfb?.focus();
    }
  }
}

customElements.define("arcus-console", ArcusConsole);
