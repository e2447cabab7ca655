import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompressed } from './precompressed.ts';

const gateway = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react(), precompressed()],
  // What counts is the first load: at most 350 kB of compressed script, of which this chunk is about 160.
  build: { outDir: 'dist', sourcemap: false, chunkSizeWarningLimit: 600 },
  server: {
    proxy: {
      '/api': gateway,
      '/docs': gateway,
      '/ws': { target: gateway, ws: true },
      '/sip': { target: gateway, ws: true },
    },
  },
});
