// All keys at a glance, over whatever is being done.
import { Dialog } from "../parts/Dialog";
import { useApp } from "../state";
import { t } from "../words";
import { Keys } from "./Keys";

export default function Shortcuts() {
  return (
    <Dialog isWide title={t("keys.title")} onClose={() => useApp.getState().set({ areKeysShown: false })}>
      <div className="px-5 pb-3"><Keys isWide /></div>
    </Dialog>
  );
}
