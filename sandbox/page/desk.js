// The bar above: the business clock and its turning, the broken network, the faults.
import { byId, fromWall, h, parts, toast, wall } from "./dom.js";
import { post } from "./wire.js";

const FIELDS = [
  ["busy", "系统繁忙（-1）"], ["frequency", "频率超限（45009）"], ["expired_token", "令牌失效（42001）"], ["http_500", "服务器错误（500）"],
  ["reset_before", "连接中断（收到前）"], ["reset_after", "连接中断（收到后）"], ["callback_repeat", "每条消息多投几次"], ["slow_ms", "每次调用延迟（毫秒）"],
];
const HOUR = 3600e3;
const DAY = 24 * HOUR;

// The next quarter's last day: reminders leave at 09:10 plus up to five minutes, so by then all of them are out.
export function quarterEnd(now) {
  const { y, mo } = parts(now);
  for (let quarter = Math.ceil(mo / 3); ; quarter += 1) {
    const end = Date.UTC(y, quarter * 3, 0, 9, 15);
    if (end > wall(now)) return end;
  }
}

export class Desk {
  constructor(tick) {
    this.clock = null;
    this.heard = 0;
    this.faults = {};
    this.tick = tick;
    byId("turns").addEventListener("click", (event) => { const b = event.target.closest("button"); if (b) this.choose(b.dataset.turn); });
    byId("date-dialog").addEventListener("close", () => this.dated());
    byId("network").addEventListener("change", (event) => this.setFaults({ network_down: event.target.checked }));
    byId("faults-open").addEventListener("click", () => this.openFaults());
    byId("faults-dialog").addEventListener("close", () => this.closeFaults());
    setInterval(() => this.draw(), 1000);
  }

  now() {
    const passed = this.clock.turning ? 0 : (performance.now() - this.heard) * this.clock.rate;
    return fromWall(wall(this.clock.now) + passed);
  }

  hear(clock) {
    this.clock = clock;
    this.heard = performance.now();
    this.draw();
  }

  draw() {
    if (!this.clock) return;
    const now = this.now();
    const day = parts(now);
    byId("clock-year").textContent = `${day.y}年`;
    byId("clock-date").textContent = day.day;
    byId("clock-time").textContent = day.time;
    byId("clock-kind").textContent = this.clock.rehearsal ? "业务时间" : "真实时间";
    const turning = this.clock.turning;
    for (const button of byId("turns").children) {
      button.disabled = turning || !this.clock.rehearsal;
      button.title = this.clock.rehearsal ? "" : "机器人不在演练状态，不能拨动";
    }
    byId("progress").hidden = !turning;
    byId("turning").hidden = !turning;
    byId("turns").classList.toggle("away", turning);
    if (turning) byId("turning").textContent = `正在逐个走过到期时刻${this.target ? `，到 ${this.target}` : ""}…`;
    document.body.classList.toggle("is-turning", turning);
    this.tick(now, Boolean(this.faults.network_down));
  }

  choose(kind) {
    const now = wall(this.now());
    if (kind === "hour") this.turn(now + HOUR);
    else if (kind === "day") this.turn(now + DAY);
    else if (kind === "quarter") this.turn(quarterEnd(this.now()));
    else {
      const next = fromWall(now + DAY).slice(0, 11);
      Object.assign(byId("date-wanted"), { min: fromWall(now).slice(0, 16), value: `${next}09:15` });
      byId("date-dialog").returnValue = "";
      byId("date-dialog").showModal();
    }
  }

  dated() {
    const wanted = byId("date-wanted").value;
    if (byId("date-dialog").returnValue === "turn" && wanted) this.turn(wall(`${wanted}:00`));
  }

  async turn(target) {
    const day = parts(fromWall(target));
    this.target = `${day.day} ${day.time}`;
    try {
      this.hear(await post("/api/clock", { now: fromWall(target), rate: this.clock.rate }));
      toast(`已到 ${this.target}`);
    } catch (error) {
      toast(error.message, { bad: true });
    } finally {
      this.target = null;
    }
  }

  setFaults(change) {
    post("/faults", change).then((state) => this.hearFaults(state)).catch((error) => {
      toast(error.message, { bad: true });
      this.hearFaults(this.faults);
    });
  }

  hearFaults(state) {
    this.faults = state;
    byId("network").checked = state.network_down;
    document.body.classList.toggle("is-offline", state.network_down);
    const active = FIELDS.filter(([name]) => state[name] > 0).length;
    byId("faults-count").hidden = !active;
    byId("faults-count").textContent = active;
    this.draw();
  }

  openFaults() {
    byId("faults-fields").replaceChildren(...FIELDS.map(([name, label]) => h("label", {}, label,
      h("input", { type: "number", min: "0", step: "any", name, value: this.faults[name] || 0, inputmode: "decimal" }))),
      h("label", {}, "只影响哪些调用", h("select", { name: "only" }, ...[["", "全部"], ["message/", "发消息"], ["media/", "素材"], ["gettoken", "取令牌"], ["user/", "通讯录"]]
        .map(([value, text]) => h("option", { value, selected: value === this.faults.only }, text)))));
    byId("faults-dialog").returnValue = "";
    byId("faults-dialog").showModal();
  }

  closeFaults() {
    const wish = byId("faults-dialog").returnValue;
    if (wish === "clear") this.setFaults({});
    if (wish !== "set") return;
    const change = {};
    for (const field of byId("faults-fields").querySelectorAll("input")) change[field.name] = Number(field.value) || 0;
    this.setFaults({ ...change, only: byId("faults-fields").querySelector("select").value });
  }
}

