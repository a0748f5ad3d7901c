import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const bridge = process.env["MIKTOS_BRIDGE"] ?? "http://127.0.0.1:8000";

/** Large libraries that only some views need. */
function chunkOf(id: string): string | undefined {
  if (/node_modules\/(react|react-dom|scheduler|zustand|use-sync-external-store)\//.test(id) || id.includes("vite/preload-helper")) return "base";
  if (/node_modules\/(three|@react-three|three-stdlib|camera-controls)\//.test(id)) return "three";
  if (/node_modules\/(@xyflow|d3-)/.test(id)) return "flow";
  return undefined;
}

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: Object.fromEntries(["/api", "/ws"].map((path) => [path, { target: bridge, ws: true, changeOrigin: true, headers: { origin: bridge } }])) },
  build: { target: "es2022", outDir: "../build/ui", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1100, rollupOptions: { output: { manualChunks: chunkOf } } },
  test: { environment: "node", testTimeout: 60_000, include: ["tests/**/*.test.ts?(x)"] },
});
