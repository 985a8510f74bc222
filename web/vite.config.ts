import { defineConfig } from "vite";

// Readers of formats that nothing here uses, and that would compile WebAssembly when loaded.
const unused = /^(@spz-loader\/core|meshoptimizer)$/;

export default defineConfig({
  base: "./",
  resolve: {
    alias: [{ find: unused, replacement: new URL("src/unused.ts", import.meta.url).pathname }],
  },
  build: {
    outDir: "../keepout/assets/web",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        format: "iife",
        inlineDynamicImports: true,
        entryFileNames: "app.js",
        assetFileNames: "app[extname]",
      },
    },
  },
});
