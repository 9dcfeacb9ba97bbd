const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * Gives each operation the parameters of its path. From a path, swagger-ui 5.35 doesn't follow references: it would ask
 * for `/checks/{check}` as it stands.
 *
 * @param {any} contract
 */
function spreadParameters(contract) {
  const identity = (/** @type {any} */ parameter) => {
    const name = parameter.$ref?.replace('#/components/parameters/', '');
    const found = contract.components?.parameters?.[name] ?? parameter;
    return `${found.in} ${found.name}`;
  };
  for (const item of Object.values(contract.paths)) {
    const { parameters = [] } = item;
    delete item.parameters;
    for (const operation of methods.flatMap((method) => item[method] ?? [])) {
      const own = operation.parameters ?? [];
      const overridden = new Set(own.map(identity));
      const shared = parameters.filter((/** @type {any} */ parameter) => !overridden.has(identity(parameter)));
      operation.parameters = [...own, ...shared];
    }
  }
  return contract;
}

const onLoad = (/** @type {(text: string) => unknown} */ load) => (/** @type {string} */ text) =>
  load(JSON.stringify(spreadParameters(JSON.parse(text))));

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
