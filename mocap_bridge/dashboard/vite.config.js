import { defineConfig } from "vite";

// Everything is served from our own port under a strict Content-Security-Policy: no inlined data: files, no CDN.
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    license: { fileName: "licences.txt" },
  },
});
