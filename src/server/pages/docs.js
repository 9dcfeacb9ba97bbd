const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

/**
 * Without this, swagger-ui 5.35 sends `/checks/{check}` as it stands when a path's own parameters are references.
 *
 * @param {any} contract
 */
function resolvePathParameters({ paths, components, ...rest }) {
  const resolved = (/** @type {any} */ parameter) =>
    components?.parameters?.[parameter.$ref?.replace('#/components/parameters/', '')] ?? parameter;
  const items = Object.entries(paths).map(([path, { parameters = [], ...item }]) => {
    return [path, { ...item, parameters: parameters.map(resolved) }];
  });
  return { ...rest, paths: Object.fromEntries(items), components };
}

const onLoad = (/** @type {(text: string) => unknown} */ load) => (/** @type {string} */ text) =>
  load(JSON.stringify(resolvePathParameters(JSON.parse(text))));

const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle: (options: object) => void }} */ (
  /** @type {unknown} */ (window)
);
SwaggerUIBundle({
  dom_id: '#swagger-ui',
  // Beside this page, whatever path a proxy puts before both.
  url: new URL('openapi.json', location.href).href,
  // The standalone layout styles itself inline.
  layout: 'BaseLayout',
  plugins: [{ statePlugins: { spec: { wrapActions: { updateSpec: onLoad } } } }],
  deepLinking: true,
  displayRequestDuration: true,
  // No badge of a validator in the network.
  validatorUrl: null,
});
