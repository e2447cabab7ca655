// Runs before the first paint, so that a dark page never flashes white. A file of its own: the page's policy allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('ringback-color-scheme');
  } catch (blocked) {
    console.info('Storage is blocked; the colours follow the system.', blocked);
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
