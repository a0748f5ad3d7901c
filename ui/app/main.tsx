import { QueryClientProvider } from "@tanstack/react-query";
import { MotionConfig } from "motion/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { sendWhatWaits } from "./command/submit";
import { paintForm } from "./frame/space";
import { isLightNow, paintTheme } from "./frame/useTheme";
import { keepDraft } from "./graph/store";
import { followAddress } from "./route";
import { followOtherWindows, useApp } from "./state";
import "./theme.css";
import { fetchViews } from "./views";
import { client } from "./wire/queries";
import { learn } from "./words/foreign";

followAddress();
followOtherWindows();
addEventListener("pagehide", keepDraft);
paintTheme(isLightNow());
paintForm();
const root = document.getElementById("root");
fetchViews();
// A language is learned before anything is said; without its words what the bridge says stays English.
if (root)
  void learn(useApp.getState().preferences.language).then(() => {
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={client}><MotionConfig reducedMotion="user"><App /></MotionConfig></QueryClientProvider>
      </StrictMode>,
    );
    sendWhatWaits();
  });
