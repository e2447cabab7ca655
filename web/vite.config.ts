import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', sourcemap: false },
  server: {
    proxy: {
      '/api': gateway,
      '/docs': gateway,
      '/ws': { target: gateway, ws: true },
      '/sip': { target: gateway, ws: true },
    },
  },
});
