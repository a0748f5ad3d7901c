// All keys at a glance, over whatever is being done.
import { Sparkles } from "lucide-react";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { useApp } from "../state";
import { t } from "../words";
import { Keys } from "./Keys";

export default function Shortcuts() {
  const { set } = useApp.getState();
  return (
    <Dialog isWide title={t("keys.title")} onClose={() => set({ areKeysShown: false })}>
      <div className="px-5 pb-3"><Button className="mb-1" icon={<Sparkles size={15} />} onClick={() => set({ areKeysShown: false, isTourOpen: true })}>{t("action.tour")}</Button><Keys isWide /></div>
    </Dialog>
  );
}
