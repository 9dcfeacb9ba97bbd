const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle: (options: object) => void }} */ (
  /** @type {unknown} */ (window)
);
SwaggerUIBundle({
  dom_id: '#swagger-ui',
  // Beside this page, whatever path a proxy puts before both.
  url: new URL('openapi.json', location.href).href,
  // The standalone layout styles itself inline.
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  // No badge of a validator in the network.
  validatorUrl: null,
});
