import { expect, it } from 'vitest';
import { isProbityImage, lackingImage } from '../../src/advisor/images.ts';

it.each([
  ['scratch', ['curl', 'wget', 'a shell']],
  ['gcr.io/distroless/nodejs24-debian13:nonroot', ['curl', 'wget', 'a shell']],
  ['gcr.io/distroless/nodejs24-debian13:debug', []],
  ['cgr.dev/chainguard/static:latest', ['curl', 'wget', 'a shell']],
  ['cgr.dev/chainguard/static:latest-dev', []],
  ['cgr.dev/chainguard/wolfi-base', []],
  ['wordpress:6-fpm-alpine', []],
  ['registry.example.com/shop:1-alpine', []],
  ['registry.example.com/shop:1-slim', []],
  ['public.ecr.aws/docker/library/node:24-alpine3.22', ['curl']],
  ['node', []],
  ['probity:0.1.0', ['curl', 'wget', 'a shell']],
  ['registry.example.com:5000/team/probity@sha256:0123', ['curl', 'wget', 'a shell']],
  ['node:24-trixie-slim', ['curl', 'wget']],
  ['python:3.12-slim', ['curl', 'wget']],
  ['python:3.12-slim-bookworm', ['curl', 'wget']],
  ['debian:13', ['curl', 'wget']],
  ['node:24-alpine', ['curl']],
  ['alpine:3.22', ['curl']],
  ['docker.io/library/alpine', ['curl']],
  ['nginx:alpine', []],
  ['busybox:1.37', ['curl']],
  ['node:24', []],
  ['registry.example.com/slim-shop:1.0.0', []],
])('%s lacks %j', (image, lacks) => {
  const tools = ['curl', 'wget', 'a shell'] as const;
  expect(tools.filter((tool) => lackingImage(image, tool) !== undefined)).toEqual(lacks);
});

it.each([
  ['probity', true],
  ['ghcr.io/team/probity:0.1.0', true],
  ['probity@sha256:0123', true],
  ['probity-exporter:1', false],
  ['team/probity/shop:1', false],
])('%s is Probity’s own image: %j', (image, is) => {
  expect(isProbityImage(image)).toBe(is);
});
