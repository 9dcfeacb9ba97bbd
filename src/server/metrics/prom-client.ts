/** What is loaded with the first scrape. By name, which every bundler understands of an import like this one. */
export { Registry } from 'prom-client';
