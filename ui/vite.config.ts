import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const bridge = process.env["MIKTOS_BRIDGE"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { "/api": bridge, "/ws": { target: bridge, ws: true } } },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 900, rollupOptions: { output: { manualChunks: (id) => (/node_modules\/(three|@react-three|three-stdlib)/.test(id) ? "three" : undefined) } } },
  test: { environment: "node", include: ["tests/**/*.test.ts?(x)"] },
});
