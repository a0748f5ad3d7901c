// main.mjs MIKTOS UI_FOLDER SITE_FOLDER [PART...]: the interface against a real bridge and engine; TAP on standard output.
import { access } from "./access.mjs";
import { budget } from "./budget.mjs";
import { craft } from "./craft.mjs";
import { canvas } from "./graph.mjs";
import { guests } from "./guests.mjs";
import { hands } from "./hands.mjs";
import { Bridge, openBrowser, run } from "./harness.mjs";
import { making } from "./making.mjs";
import { models } from "./models.mjs";
import { plugins } from "./plugins.mjs";
import { recovery } from "./recovery.mjs";
import { rooms } from "./rooms.mjs";
import { shape } from "./shape.mjs";
import { sizes } from "./sizes.mjs";
import { stage } from "./stage.mjs";
import { works } from "./works.mjs";

const [program, ui, site, ...wanted] = process.argv.slice(2);
const parts = { making, stage, canvas, shape, hands, craft, guests, plugins, rooms, works, models, sizes, access, budget, recovery };
const bridge = new Bridge(program), browser = await openBrowser(ui);
let failed = 1;
try {
  await bridge.start();
  const given = { browser, bridge, ui, site };
  const chosen = Object.entries(parts).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  failed = await run(Object.assign({}, ...chosen.map(([, part]) => part(given))));
} finally {
  await browser.close();
  await bridge.remove();
}
process.exit(failed ? 1 : 0);
